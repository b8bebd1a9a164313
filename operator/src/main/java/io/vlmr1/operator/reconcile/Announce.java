package io.vlmr1.operator.reconcile;

import io.vlmr1.api.v1alpha1.EvaluationStatus;
import io.vlmr1.api.v1alpha1.GrpoJobStatus;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.ops.Note;
import io.vlmr1.operator.resource.Subject;
import io.vlmr1.operator.status.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The events of a decision, once each. Pure. */
final class Announce implements Decision.Handler<List<Note>> {
  private final Observed seen;
  private final GrpoJobStatus next;

  Announce(Observed seen, GrpoJobStatus next) {
    this.seen = seen;
    this.next = next;
  }

  @Override
  public List<Note> refuse(Decision.Refuse decision) {
    boolean told =
        Conditions.find(seen.status().conditions(), Conditions.ACCEPTED)
            .map(c -> c.getStatus().equals("False") && decision.message().equals(c.getMessage()))
            .orElse(false);
    return told ? List.of() : List.of(Note.warning("Refused", decision.message()));
  }

  @Override
  public List<Note> prepare(Decision.Prepare decision) {
    return decision.make()
        ? List.of(Note.normal("ModelDownloadStarted", seen.spec().model().source()))
        : List.of();
  }

  @Override
  public List<Note> start(Decision.Start decision) {
    if (decision.attempt() == 1) {
      return List.of(); // the condition tells, and a thousand jobs would write a thousand events
    }
    String text =
        Optional.ofNullable(seen.status().step())
            .map(step -> "; training had reached step " + step)
            .orElse("");
    return List.of(
        Note.normal("AttemptStarted", "attempt " + decision.attempt() + " started" + text));
  }

  @Override
  public List<Note> train(Decision.Train decision) {
    List<Note> notes = new ArrayList<>(started(decision.evaluations()));
    if (becomes(Conditions.RUNNING) && seen.attempt() > 1) {
      notes.add(Note.normal("WorkersRunning", words(Conditions.RUNNING)));
    }
    return notes;
  }

  @Override
  public List<Note> await(Decision.Await decision) {
    return List.of(); // the end of an attempt is told when it is judged
  }

  @Override
  public List<Note> end(Decision.EndAttempt decision) {
    return List.of(Note.warning("AttemptEnded", words(Conditions.RESTARTING)));
  }

  @Override
  public List<Note> fail(Decision.Fail decision) {
    return List.of(Note.warning("Failed", decision.message()));
  }

  @Override
  public List<Note> completeTraining(Decision.CompleteTraining decision) {
    return becomes(Conditions.COMPLETE)
        ? completed()
        : List.of(Note.normal("Trained", words(Conditions.RUNNING)));
  }

  @Override
  public List<Note> stop(Decision.Stop decision) {
    return List.of(); // told when the last pod has ended
  }

  @Override
  public List<Note> staySuspended(Decision.StaySuspended decision) {
    return becomes(Conditions.SUSPENDED)
        ? List.of(Note.normal("Suspended", words(Conditions.SUSPENDED)))
        : List.of();
  }

  @Override
  public List<Note> forceDelete(Decision.ForceDelete decision) {
    return List.of(Note.warning("PodsForceDeleted", decision.message()));
  }

  @Override
  public List<Note> evaluate(Decision.Evaluate decision) {
    return started(decision.subjects());
  }

  private static List<Note> started(List<Subject> subjects) {
    return subjects.isEmpty()
        ? List.of()
        : List.of(
            Note.normal(
                "EvaluationStarted",
                String.join(", ", subjects.stream().map(Subject::words).toList())));
  }

  @Override
  public List<Note> finish(Decision.Finish decision) {
    return completed();
  }

  private List<Note> completed() {
    List<Note> notes = new ArrayList<>();
    next.evaluations().stream()
        .filter(one -> one.state() == EvaluationStatus.State.FAILED)
        .forEach(
            one -> notes.add(Note.warning("EvaluationFailed", one.name() + ": " + one.message())));
    notes.add(Note.normal("Completed", words(Conditions.COMPLETE)));
    return notes;
  }

  @Override
  public List<Note> serve(Decision.Serve decision) {
    return becomes(Conditions.SERVED)
        ? List.of(Note.normal("Served", words(Conditions.SERVED)))
        : List.of();
  }

  @Override
  public List<Note> rest(Decision.Rest decision) {
    return List.of();
  }

  @Override
  public List<Note> expire(Decision.Expire decision) {
    return List.of();
  }

  private boolean becomes(String type) {
    return Conditions.holds(next.conditions(), type)
        && !Conditions.holds(seen.status().conditions(), type);
  }

  private String words(String type) {
    return Conditions.find(next.conditions(), type).map(c -> c.getMessage()).orElse("");
  }
}
