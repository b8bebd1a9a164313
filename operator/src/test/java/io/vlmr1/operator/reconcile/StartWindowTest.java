package io.vlmr1.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartWindowTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final StartWindow window = new StartWindow(6);

  @Test
  void asManyPodsAsTheWindowHoldsAreAdmittedAtOnce() {
    line(5, 2);
    assertThat(window.holds("0")).isFalse();
    assertThat(names(NOON)).containsExactly("0", "1", "2");
    assertThat(window.holds("0")).isTrue();
    assertThat(window.holds("3")).isFalse();
    assertThat(names(NOON)).isEmpty();
  }

  @Test
  void whoLeavesMakesRoomForTheFirstInLine() {
    line(5, 2);
    names(NOON);
    window.leave("1");
    assertThat(names(NOON)).containsExactly("3");
    window.leave("0");
    window.leave("0"); // twice counts once
    assertThat(names(NOON)).containsExactly("4");
    enter("5", 2);
    assertThat(names(NOON)).isEmpty();
  }

  @Test
  void anAdmittedJobThatTriesAgainKeepsItsPlace() {
    line(4, 2);
    names(NOON);
    enter("0", 2);
    assertThat(window.holds("0")).isTrue();
    window.leave("0");
    assertThat(names(NOON)).containsExactly("3");
  }

  @Test
  void aJobLargerThanTheWindowStartsAloneAndIsNotOvertaken() {
    line(1, 2);
    enter("large", 1000);
    enter("small", 2);
    assertThat(names(NOON)).containsExactly("0");
    window.leave("0");
    assertThat(names(NOON)).containsExactly("large");
    assertThat(names(NOON)).isEmpty();
    window.leave("large");
    assertThat(names(NOON)).containsExactly("small");
  }

  @Test
  void aStartWhosePodsDoNotComeHoldsNobodyBackForLong() {
    line(5, 2);
    names(NOON);
    assertThat(names(NOON.plus(StartWindow.LONGEST))).isEmpty();
    assertThat(names(NOON.plus(StartWindow.LONGEST).plusMillis(1))).containsExactly("3", "4");
  }

  @Test
  void whoWentWhileWaitingIsNotAdmitted() {
    line(5, 2);
    names(NOON);
    window.leave("3");
    window.leave("0");
    assertThat(names(NOON)).containsExactly("4");
  }

  /** Jobs named by their number. */
  private void line(int jobs, int pods) {
    for (int i = 0; i < jobs; i++) {
      enter(String.valueOf(i), pods);
    }
  }

  private void enter(String job, int pods) {
    window.enter(job, new ResourceID(job, "team"), pods);
  }

  private List<String> names(Instant now) {
    return window.admitted(now).stream().map(ResourceID::getName).toList();
  }
}
