package io.vlmr1.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vlmr1.api.v1alpha1.GrpoJob;

/** The arrows between the rooms of this module. */
@AnalyzeClasses(packages = "io.vlmr1.api", importOptions = ArchitectureTest.MainCode.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrows =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("types")
          .definedBy("io.vlmr1.api.v1alpha1")
          .layer("contract")
          .definedBy("io.vlmr1.api.contract")
          .layer("rules")
          .definedBy("io.vlmr1.api.rules")
          .whereLayer("types")
          .mayNotAccessAnyLayer()
          .whereLayer("contract")
          .mayOnlyAccessLayers("types")
          .whereLayer("rules")
          .mayOnlyAccessLayers("types", "contract");

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("io.vlmr1.api.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noClusterAndNoTensors =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "ai.djl..", "io.quarkus..", "io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule noRoomsWithoutAStory =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper");

  @ArchTest
  static final ArchRule noSleepExitOrEnvironment =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  /** What lies beside the types; tests lie elsewhere. */
  static final class MainCode implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return location
          .asURI()
          .getPath()
          .startsWith(GrpoJob.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
  }
}
