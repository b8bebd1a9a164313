package io.vlmr1.dist;

/** Something between the ranks that was begun and goes on by itself. */
public interface Pending {
  /** Nothing: it is done. */
  Pending DONE =
      new Pending() {
        @Override
        public void await() {}

        @Override
        public long bytes() {
          return 0;
        }
      };

  /** Waits for its end; call it once. */
  void await();

  /** Memory that it holds until then. */
  long bytes();

  /** The same, after whose end something is done. */
  default Pending then(Runnable after) {
    Pending first = this;
    return new Pending() {
      @Override
      public void await() {
        first.await();
        after.run();
      }

      @Override
      public long bytes() {
        return first.bytes();
      }
    };
  }
}
