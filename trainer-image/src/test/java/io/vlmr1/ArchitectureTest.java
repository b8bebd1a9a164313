package io.vlmr1;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture.md, held. */
@AnalyzeClasses(packages = "io.vlmr1", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule rawScopesStayAtTheEdge =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.vlmr1.tensor..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.bytedeco.javacpp.PointerScope");

  @ArchTest
  static final ArchRule dataRewardsAndReportsKnowNoTensors =
      noClasses()
          .that()
          .resideInAnyPackage("io.vlmr1.data..", "io.vlmr1.reward..", "io.vlmr1.report..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule nothingUsesTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.vlmr1.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vlmr1.cli..");

  @ArchTest
  static final ArchRule trainingKnowsNoFamily =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.vlmr1.grpo..",
              "io.vlmr1.sft..",
              "io.vlmr1.rollout..",
              "io.vlmr1.optim..",
              "io.vlmr1.checkpoint..",
              "io.vlmr1.model",
              "io.vlmr1.nn..",
              "io.vlmr1.weights..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vlmr1.model.*..");

  @ArchTest
  static final ArchRule familiesDoNotKnowEachOther =
      slices()
          .matching("io.vlmr1.model.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              DescribedPredicate.alwaysTrue(),
              JavaClass.Predicates.resideInAnyPackage(
                  "io.vlmr1.model.decoder", "io.vlmr1.model.prompt"));

  @ArchTest
  static final ArchRule noPackagesGoRound =
      slices().matching("io.vlmr1.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noDrawers =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Impl");

  @ArchTest
  static final ArchRule processesEndAndSleepOnlyInTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.vlmr1.cli..")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(System.class, "getenv", String.class);
}
