package io.vlmr1.cli;

import io.vlmr1.cli.run.PodProcesses;
import io.vlmr1.cli.worker.Ending;
import io.vlmr1.cli.worker.StopSignal;
import io.vlmr1.cli.worker.Worker;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One process of a training, or one evaluation; its environment says which. */
public final class WorkerMain {
  private WorkerMain() {}

  /** Runs and ends the process with an exit code of the contract. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.WARNING); // libraries tell where they found their natives
    Ending ending = new Ending(System.getenv());
    try {
      if (PodProcesses.wanted(System.getenv())) {
        ending.leave(PodProcesses.run(System.getenv(), WorkerMain.class.getName()));
        return;
      }
      ending.leave(Worker.run(System.getenv(), StopSignal.install()));
    } catch (Throwable error) { // whatever it was, the cluster gets a code and a line
      ending.leave(error);
    }
  }
}
