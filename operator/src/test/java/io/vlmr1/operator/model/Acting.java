package io.vlmr1.operator.model;

import io.vlmr1.api.v1alpha1.GrpoJob;
import io.vlmr1.operator.decide.Decision;
import io.vlmr1.operator.decide.Ending;
import io.vlmr1.operator.model.World.OneJob;
import io.vlmr1.operator.observe.JobSeen;
import io.vlmr1.operator.observe.Observed;
import io.vlmr1.operator.resource.Gang;
import io.vlmr1.operator.resource.Names;

/** What the reconciler does about a decision, in the model. */
final class Acting implements Decision.Handler<Boolean> {
  private final World world;
  private final Observed seen;
  private final GrpoJob job;

  Acting(World world, Observed seen) {
    this.world = world;
    this.seen = seen;
    this.job = seen.job();
  }

  private static Boolean done() {
    return true;
  }

  @Override
  public Boolean refuse(Decision.Refuse decision) {
    return done();
  }

  @Override
  public Boolean prepare(Decision.Prepare decision) {
    if (decision.make()) {
      make(new OneJob(Names.model(job), 0, null, 1, 2, world.now));
    }
    return done();
  }

  @Override
  public Boolean start(Decision.Start decision) {
    int number = decision.attempt();
    make(new OneJob(Names.attempt(job, number), number, null, world.replicas(), 0, world.now));
    seen.attempts().entrySet().stream()
        .filter(entry -> entry.getKey() < number - 1)
        .forEach(entry -> world.delete(entry.getValue().name()));
    return done();
  }

  private void make(OneJob made) {
    made.suspended = Gang.queued(job);
    world.create(made);
  }

  @Override
  public Boolean train(Decision.Train decision) {
    return done();
  }

  @Override
  public Boolean await(Decision.Await decision) {
    return done();
  }

  @Override
  public Boolean end(Decision.EndAttempt decision) {
    stalled(decision.ending());
    return done();
  }

  @Override
  public Boolean fail(Decision.Fail decision) {
    stalled(decision.ending());
    return done();
  }

  private void stalled(Ending ending) {
    if (ending.kind() == Ending.Kind.STALL) {
      seen.attemptJob().map(JobSeen::name).ifPresent(world::delete);
    }
  }

  @Override
  public Boolean completeTraining(Decision.CompleteTraining decision) {
    return done();
  }

  @Override
  public Boolean stop(Decision.Stop decision) {
    decision.jobs().forEach(world::delete);
    return done();
  }

  @Override
  public Boolean staySuspended(Decision.StaySuspended decision) {
    return done();
  }

  @Override
  public Boolean forceDelete(Decision.ForceDelete decision) {
    decision.jobs().forEach(world::delete);
    world.pods.removeIf( // a Job that is there holds on to its pods
        pod -> decision.pods().contains(pod.name) && !world.jobs.containsKey(pod.owner));
    return done();
  }

  @Override
  public Boolean evaluate(Decision.Evaluate decision) {
    decision
        .names()
        .forEach(
            evaluation ->
                make(
                    new OneJob(Names.evaluation(job, evaluation), 0, evaluation, 1, 2, world.now)));
    return done();
  }

  @Override
  public Boolean finish(Decision.Finish decision) {
    return done();
  }

  @Override
  public Boolean rest(Decision.Rest decision) {
    return done();
  }

  @Override
  public Boolean expire(Decision.Expire decision) {
    return done();
  }
}
