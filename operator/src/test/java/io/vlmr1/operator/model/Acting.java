package io.vlmr1.operator.model;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Ending;
import io.vlmr1.operator.model.World.OneJob;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.resource.Gang;
import io.vlmr1.operator.resource.Names;
import io.vlmr1.operator.resource.Serving;
import io.vlmr1.operator.resource.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the reconciler does about a decision, in the model. */
final class Acting implements Decision.Handler<Runnable> {
  private final World world;
  private final Observed seen;
  private final GrpoJob job;

  Acting(World world, Observed seen) {
    this.world = world;
    this.seen = seen;
    this.job = seen.job();
  }

  private static void nothing() {}

  @Override
  public Runnable refuse(Decision.Refuse decision) {
    return Acting::nothing;
  }

  @Override
  public Runnable prepare(Decision.Prepare decision) {
    return decision.make() ? () -> make(single(Names.model(job), null)) : Acting::nothing;
  }

  @Override
  public Runnable start(Decision.Start decision) {
    return () -> {
      int number = decision.attempt();
      make(new OneJob(Names.attempt(job, number), number, null, world.replicas(), 0, world.now));
      seen.attempts().entrySet().stream()
          .filter(entry -> entry.getKey() < number - 1)
          .forEach(entry -> world.delete(entry.getValue().name()));
    };
  }

  @Override
  public Runnable train(Decision.Train decision) {
    return () -> evaluate(decision.evaluations());
  }

  @Override
  public Runnable await(Decision.Await decision) {
    return Acting::nothing;
  }

  @Override
  public Runnable end(Decision.EndAttempt decision) {
    return () -> stopStalled(decision.ending());
  }

  @Override
  public Runnable fail(Decision.Fail decision) {
    return () -> {
      stopStalled(decision.ending());
      seen.evaluations().values().stream()
          .filter(JobSeen::active)
          .map(JobSeen::name)
          .forEach(world::delete);
    };
  }

  @Override
  public Runnable completeTraining(Decision.CompleteTraining decision) {
    return Acting::nothing;
  }

  @Override
  public Runnable stop(Decision.Stop decision) {
    return () -> decision.jobs().forEach(world::delete);
  }

  @Override
  public Runnable staySuspended(Decision.StaySuspended decision) {
    return Acting::nothing;
  }

  @Override
  public Runnable forceDelete(Decision.ForceDelete decision) {
    return () -> {
      decision.jobs().forEach(world::delete);
      world.pods.removeIf( // a Job that is there holds on to its pods
          pod -> decision.pods().contains(pod.name) && !world.jobs.containsKey(pod.owner));
    };
  }

  @Override
  public Runnable evaluate(Decision.Evaluate decision) {
    return () -> evaluate(decision.subjects());
  }

  @Override
  public Runnable finish(Decision.Finish decision) {
    return Acting::nothing;
  }

  @Override
  public Runnable serve(Decision.Serve decision) {
    return switch (decision.work()) {
      case APPLY -> () -> world.serve(new Serving(job).replicas());
      case KEEP -> Acting::nothing;
      case REMOVE -> () -> world.serve(null);
    };
  }

  @Override
  public Runnable rest(Decision.Rest decision) {
    return Acting::nothing;
  }

  @Override
  public Runnable expire(Decision.Expire decision) {
    return Acting::nothing;
  }

  private void evaluate(List<Subject> subjects) {
    subjects.forEach(subject -> make(single(Names.evaluation(job, subject), subject)));
  }

  private OneJob single(String name, @Nullable Subject subject) {
    return new OneJob(name, 0, subject, 1, 2, world.now);
  }

  private void make(OneJob made) {
    made.suspended = Gang.queued(job);
    world.create(made);
  }

  private void stopStalled(Ending ending) {
    if (ending.kind() == Ending.Kind.STALL) {
      seen.attemptJob().map(JobSeen::name).ifPresent(world::delete);
    }
  }
}
