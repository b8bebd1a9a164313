package io.vlmr1.operator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;

/** The arrows between the operator's packages. */
@AnalyzeClasses(packages = "io.vlmr1.operator", importOptions = ArrowsTest.MainCode.class)
class ArrowsTest {
  private static final String ROOT = "io.vlmr1.operator";

  @ArchTest
  static final ArchRule RESOURCE_KNOWS_API_AND_KUBERNETES_MODELS_ONLY =
      onlyDependOn(
          "resource",
          "io.vlmr1.api..",
          "io.fabric8.kubernetes.api..",
          "com.fasterxml.jackson.databind..");

  @ArchTest
  static final ArchRule OBSERVE_IS_PURE =
      onlyDependOn(
          "observe", "io.vlmr1.api..", "io.fabric8.kubernetes.api.model..", ROOT + ".resource..");

  @ArchTest
  static final ArchRule DECIDE_IS_PURE =
      onlyDependOn("decide", "io.vlmr1.api..", ROOT + ".observe..", ROOT + ".resource..");

  @ArchTest
  static final ArchRule STATUS_IS_PURE =
      onlyDependOn(
          "status",
          "io.vlmr1.api..",
          "io.fabric8.kubernetes.api.model..",
          ROOT + ".observe..",
          ROOT + ".decide..",
          ROOT + ".resource..");

  @ArchTest
  static final ArchRule A_CLIENT_ONLY_WHERE_THE_CLUSTER_IS_TOUCHED =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT, ROOT + ".reconcile..", ROOT + ".progress..", ROOT + ".ops..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(KubernetesClient.class);

  @ArchTest
  static final ArchRule TIME_COMES_IN_AS_AN_ARGUMENT =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + ".decide..", ROOT + ".status..", ROOT + ".resource..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .callMethod(Instant.class, "now");

  @ArchTest
  static final ArchRule NOBODY_SLEEPS_OR_ENDS_THE_PROCESS_OUTSIDE_OPS =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + ".ops..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NO_HUB_NAMES =
      noClasses()
          .should(
              ArchConditions.be(
                  simpleNameEndingWith("Utils")
                      .or(simpleNameEndingWith("Helper"))
                      .or(simpleNameEndingWith("Manager"))
                      .or(simpleNameEndingWith("Impl"))));

  /** The operator's own classes, wherever tests are compiled to. */
  static final class MainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return location
          .asURI()
          .getPath()
          .startsWith(
              OperatorBeans.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
  }

  private static ArchRule onlyDependOn(String room, String... packages) {
    String own = ROOT + "." + room + "..";
    return noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify..", own)
                .or(resideInAnyPackage(packages))
                .negate())
        .because("see package-info.java of " + room);
  }
}
