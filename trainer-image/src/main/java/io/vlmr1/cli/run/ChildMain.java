package io.vlmr1.cli.run;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another class's `main` for as long as the process that started it lives: standard input is a
 * pipe from there, and its end means that nobody is left to train for.
 */
public final class ChildMain {
  private static final int PARENT_LOST = 143; // as if it had sent SIGTERM
  private static final long GRACE_MILLISECONDS = 20_000;

  private ChildMain() {}

  /** First argument: the class; the others are its own. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Thread watch = new Thread(ChildMain::endWithParent, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    String[] own = Arrays.copyOfRange(arguments, 1, arguments.length);
    try {
      Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) own);
    } catch (InvocationTargetException e) {
      e.getTargetException().printStackTrace();
      System.exit(1);
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // nothing is ever written; only the end matters
      }
    } catch (IOException e) {
      // the same as its end
    }
    Thread last = new Thread(ChildMain::haltLater, "parent-watch-last");
    last.setDaemon(true);
    last.start();
    System.exit(PARENT_LOST); // runs the shutdown hooks: the worker's own way out
  }

  private static void haltLater() {
    try {
      Thread.sleep(GRACE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(PARENT_LOST);
  }
}
