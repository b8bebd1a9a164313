package io.vlmr1.operator.decide;

import io.vlmr1.api.rules.Problem;
import io.vlmr1.api.v1alpha1.Failure;
import io.vlmr1.operator.observe.PodSeen;
import io.vlmr1.operator.resource.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What to do about a job now. */
public sealed interface Decision {

  /** Calls the handler's method for this case. */
  <R> R accept(Handler<R> handler);

  /** One method a case: a new case does not compile until everybody handles it. */
  interface Handler<R> {
    R refuse(Refuse decision);

    R prepare(Prepare decision);

    R start(Start decision);

    R train(Train decision);

    R await(Await decision);

    R end(EndAttempt decision);

    R fail(Fail decision);

    R completeTraining(CompleteTraining decision);

    R stop(Stop decision);

    R staySuspended(StaySuspended decision);

    R forceDelete(ForceDelete decision);

    R evaluate(Evaluate decision);

    R finish(Finish decision);

    R serve(Serve decision);

    R rest(Rest decision);

    R expire(Expire decision);
  }

  /** Make nothing: the spec cannot be run, or the API server does not take what it asks for. */
  record Refuse(String reason, String message, Optional<Duration> again) implements Decision {
    static final String INVALID = "InvalidSpec";

    /** All problems of a spec, a line each. */
    static Refuse of(List<Problem> problems) {
      return new Refuse(INVALID, Problems.lines(problems), Optional.empty());
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.refuse(this);
    }
  }

  /** Download the model before the first attempt. */
  record Prepare(boolean make, Optional<Duration> again) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.prepare(this);
    }
  }

  /** Make the Job of an attempt, and what it needs. */
  record Start(int attempt) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.start(this);
    }
  }

  /**
   * Leave the attempt alone and look at its progress; look again when it may have stalled.
   *
   * @param evaluations of its checkpoints that are started
   */
  record Train(List<Subject> evaluations, Optional<Duration> again) implements Decision {
    public Train {
      evaluations = List.copyOf(evaluations);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.train(this);
    }
  }

  /**
   * Wait before the next attempt.
   *
   * @param reason in one CamelCase word
   * @param failure known by now of the attempt that is ending
   * @param again when to look, if nothing happens before
   */
  record Await(String reason, String message, @Nullable Failure failure, Optional<Duration> again)
      implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.await(this);
    }
  }

  /** Count a lost attempt; another one follows. */
  record EndAttempt(int attempt, Ending ending) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.end(this);
    }
  }

  /** Give the job up. */
  record Fail(int attempt, Ending ending, String reason, String message) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.fail(this);
    }
  }

  /** All ranks have ended well. */
  record CompleteTraining(int attempt) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.completeTraining(this);
    }
  }

  /** Delete Jobs, because the user suspends the job; their volumes stay. */
  record Stop(List<String> jobs) implements Decision {
    public Stop {
      jobs = List.copyOf(jobs);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.stop(this);
    }
  }

  /** Nothing runs, as the user wishes; podsLeft are still saving their checkpoint. */
  record StaySuspended(int podsLeft, Optional<Duration> again) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.staySuspended(this);
    }
  }

  /**
   * Remove pods whose node does not answer, so that the next attempt may start; and their Jobs,
   * which hold on to each pod by a finalizer until somebody tells how it ended.
   */
  record ForceDelete(List<PodSeen> stuck) implements Decision {
    public ForceDelete {
      stuck = List.copyOf(stuck);
    }

    /** Their names. */
    public List<String> pods() {
      return stuck.stream().map(PodSeen::name).toList();
    }

    /** The Jobs that they are of. */
    public List<String> jobs() {
      return stuck.stream().map(PodSeen::owner).distinct().toList();
    }

    /** What is lost with the first of them; nobody can tell how it ended. */
    public Failure failure() {
      PodSeen first = stuck.get(0);
      String words = "its node does not answer";
      return new Failure(first.name(), first.node(), null, "NodeLost", words, null);
    }

    /** In words. */
    public String message() {
      return String.join(", ", pods())
          + " outlived deletion and grace: the node does not answer; removed by force";
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.forceDelete(this);
    }
  }

  /** Make the Jobs of some evaluations; none: those that run go on. */
  record Evaluate(List<Subject> subjects, Optional<Duration> again) implements Decision {
    public Evaluate {
      subjects = List.copyOf(subjects);
    }

    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.evaluate(this);
    }
  }

  /** Trained and evaluated. */
  record Finish() implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.finish(this);
    }
  }

  /** Keep the trained model of a finished job served, or stop that. */
  record Serve(Work work, Optional<Duration> again) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.serve(this);
    }

    /** What is to be done about it. */
    public enum Work {
      /** See that it is as the spec says. */
      APPLY,
      /** Leave it as it is: the spec has problems. */
      KEEP,
      /** Take it down. */
      REMOVE
    }
  }

  /** Over; look again when its time to live is over too. */
  record Rest(Optional<Duration> again) implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.rest(this);
    }
  }

  /** Delete the GrpoJob: its time to live is over. */
  record Expire() implements Decision {
    @Override
    public <R> R accept(Handler<R> handler) {
      return handler.expire(this);
    }
  }
}
