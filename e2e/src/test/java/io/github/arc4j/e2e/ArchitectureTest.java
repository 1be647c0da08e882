package io.github.arc4j.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Rules on which modules and packages may depend on which others. */
@AnalyzeClasses(
        packages = "io.github.arc4j",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestJars.class})
class ArchitectureTest {
    /** Tests of other modules that run here are loaded from archives. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    /** Their subpackages are their implementation and use their types, so each is one unit to all other packages. */
    private static final List<String> FACADES = List.of("io.github.arc4j.actions", "io.github.arc4j.simulator");

    @ArchTest
    static final ArchRule MODULES = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.github.arc4j..")
            .layer("api")
            .definedBy("io.github.arc4j.api..")
            .layer("actions-client")
            .definedBy("io.github.arc4j.actions..")
            .layer("simulator")
            .definedBy("io.github.arc4j.simulator..")
            .layer("embedded-kube")
            .definedBy("io.github.arc4j.kube..")
            .layer("process")
            .definedBy("io.github.arc4j.process..")
            .layer("vault")
            .definedBy("io.github.arc4j.vault..")
            .layer("listener")
            .definedBy("io.github.arc4j.listener..")
            .layer("operator-runtime")
            .definedBy("io.github.arc4j.runtime..")
            .layer("controller")
            .definedBy("io.github.arc4j.controller..")
            .layer("demo")
            .definedBy("io.github.arc4j.demo..")
            .layer("cli")
            .definedBy("io.github.arc4j.cli..")
            .whereLayer("api")
            .mayNotAccessAnyLayer()
            .whereLayer("actions-client")
            .mayNotAccessAnyLayer()
            .whereLayer("simulator")
            .mayNotAccessAnyLayer()
            .whereLayer("embedded-kube")
            .mayNotAccessAnyLayer()
            .whereLayer("process")
            .mayOnlyAccessLayers("actions-client")
            .whereLayer("vault")
            .mayOnlyAccessLayers("actions-client")
            .whereLayer("listener")
            .mayOnlyAccessLayers("api", "actions-client", "process", "vault")
            .whereLayer("operator-runtime")
            .mayOnlyAccessLayers("actions-client", "process")
            .whereLayer("controller")
            .mayOnlyAccessLayers("api", "actions-client", "process", "vault", "operator-runtime")
            .whereLayer("cli")
            .mayOnlyAccessLayers("api", "actions-client", "process")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("demo")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule ONLY_API_AND_CONTROLLER_KNOW_THE_KUBERNETES_CLIENT = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.github.arc4j.actions..",
                    "io.github.arc4j.simulator..",
                    "io.github.arc4j.kube..",
                    "io.github.arc4j.process..",
                    "io.github.arc4j.vault..",
                    "io.github.arc4j.listener..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..");

    /** So that it could run the reconcilers of any operator. */
    @ArchTest
    static final ArchRule THE_RUNTIME_DOES_NOT_KNOW_WHAT_IT_RUNS = classes()
            .that()
            .resideInAPackage("io.github.arc4j.runtime..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify.annotations",
                    "org.slf4j",
                    "com.fasterxml.jackson..",
                    "io.fabric8.kubernetes..",
                    "io.prometheus.client..",
                    "io.github.arc4j.runtime..",
                    "io.github.arc4j.process..",
                    "io.github.arc4j.actions.wire..");

    @ArchTest
    static final ArchRule RECONCILERS_DO_NOT_KNOW_EACH_OTHER = slices().matching(
                    "io.github.arc4j.controller.(autoscalinglistener|autoscalingrunnerset|ephemeralrunner|ephemeralrunnerset)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule INTERNALS_OF_THE_CLIENT_ARE_ITS_OWN = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.arc4j.actions..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.arc4j.actions.internal..");

    /** Its root package is the facade that users see; the others build on each other. */
    @ArchTest
    static final ArchRule SUBPACKAGES_OF_THE_CLIENT_HAVE_NO_CYCLES =
            slices().matching("io.github.arc4j.actions.(**)").should().beFreeOfCycles();

    @ArchTest
    static void packagesHaveNoCycles(JavaClasses classes) {
        assertThat(PackageGraph.of(classes, ArchitectureTest::unit).inCycles()).isEmpty();
    }

    /** A package, or the facade whose implementation the package is. */
    private static String unit(String packageName) {
        return FACADES.stream()
                .filter(facade -> (packageName + ".").startsWith(facade + "."))
                .findFirst()
                .orElse(packageName);
    }

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes()
            .that()
            .haveSimpleName("package-info")
            .should()
            .beAnnotatedWith("org.jspecify.annotations.NullMarked");
}
