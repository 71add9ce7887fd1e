package jtorch.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The arrows of the house: which module may import which, and which packages may use what the platform marks as delicate.
class ArchitectureTest {
  /// What each module may import besides itself. `jtorch` is core, everything that no longer name claims.
  private static final Map<String, Set<String>> MAY_IMPORT = Map.of(
      "core", Set.of(),
      "cpu", Set.of("core"),
      "cuda", Set.of("core"),
      "nn", Set.of("core"),
      "data", Set.of("core"),
      "io", Set.of("core"),
      "testing", Set.of("core", "cuda", "nn", "data", "io"),
      "bench", Set.of("core", "cpu", "nn", "data", "io", "testing"),
      "cli", Set.of("core", "cpu", "cuda", "nn", "data", "io", "testing", "bench"));
  static final Set<String> MODULES = MAY_IMPORT.keySet();

  private static final Map<String, String> MODULE_OF_PACKAGE =
      Map.ofEntries(Map.entry("jtorch", "core"), Map.entry("jtorch.cpu", "cpu"), Map.entry("jtorch.cuda", "cuda"),
          Map.entry("jtorch.nn", "nn"), Map.entry("jtorch.optim", "nn"), Map.entry("jtorch.amp", "nn"),
          Map.entry("jtorch.data", "data"),
          Map.entry("jtorch.io", "io"), Map.entry("jtorch.testing", "testing"), Map.entry("jtorch.bench", "bench"),
          Map.entry("jtorch.cli", "cli"));

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("jtorch");
  }

  @ParameterizedTest
  @FieldSource("MODULES")
  void modulesImportOnlyWhatTheyMay(String module) {
    var allowed = new HashSet<>(MAY_IMPORT.get(module));
    allowed.add(module);
    check(noClasses().that(in(Set.of(module))).should()
        .dependOnClassesThat(resideInAnyPackage("jtorch..").and(DescribedPredicate.not(in(allowed)))));
  }

  @Test
  void packagesLieInTheirModules() {
    for (JavaClass type : classes) {
      String source = type.getSource().orElseThrow().getUri().toString();
      assertThat(source).as(type.getName()).contains("/" + module(type) + "/target/");
    }
  }

  @Test
  void coreIsBuiltFromMemoryUpwards() {
    check(noClasses().that().resideInAPackage("jtorch.memory..").should()
        .dependOnClassesThat()
        .resideInAnyPackage("jtorch.op..", "jtorch.autograd..", "jtorch.spi..", "jtorch.expr..", "jtorch.random.."));
    check(noClasses().that().resideInAPackage("jtorch.expr..").should()
        .dependOnClassesThat()
        .resideInAnyPackage("jtorch.op..", "jtorch.autograd..", "jtorch.spi..", "jtorch.memory..", "jtorch.random.."));
  }

  @Test
  void packagesOfTheOtherModulesHaveNoCycles() {
    for (String top : Set.of("cpu", "cuda", "optim", "data", "io", "testing", "cli", "bench")) {
      check(slices().matching("jtorch." + top + ".(**)").should().beFreeOfCycles());
    }
  }

  @Test
  void nothingReachesIntoTheJdk() {
    check(noClasses().should().dependOnClassesThat().resideInAnyPackage("jdk.internal..", "sun.."));
  }

  @Test
  void onlyKernelsUseTheIncubatingVectors() {
    check(noClasses().that().resideOutsideOfPackages("jtorch.cpu..", "jtorch.random..", "jtorch.cli")
        .should().dependOnClassesThat().resideInAnyPackage("jdk.incubator.."));
  }

  @Test
  void onlyTheLowerFloorsCallNativeFunctions() {
    check(noClasses().that().resideOutsideOfPackages("jtorch.cpu..", "jtorch.cuda.blas..", "jtorch.cuda.dnn..",
        "jtorch.cuda.driver..", "jtorch.memory..", "jtorch.random..", "jtorch.testing.emulator..", "jtorch.cli")
        .should().dependOnClassesThat().areAssignableTo(Linker.class));
  }

  @Test
  void librariesAreSilent() {
    var libraries = classes.that(in(Set.of("core", "cpu", "cuda", "nn", "data", "io")));
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(libraries);
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(classes);
  }

  @Test
  void namesSayWhatThingsAre() {
    check(classes().should().haveNameNotMatching(".*(Impl|Util|Utils|Manager|Helper)"));
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(classes).isNotEmpty().extracting(JavaClass::getPackage)
        .filteredOn(p -> !p.getName().endsWith("jmh_generated"))
        .allMatch(p -> p.isAnnotatedWith(NullMarked.class), "is @NullMarked").extracting(JavaPackage::getName)
        .contains("jtorch");
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(classes);
  }

  private static DescribedPredicate<JavaClass> in(Set<String> modules) {
    return describe("in module " + String.join(", ", modules),
        type -> type.getPackageName().startsWith("jtorch") && modules.contains(module(type)));
  }

  private static String module(JavaClass type) {
    String name = type.getPackageName();
    return MODULE_OF_PACKAGE.entrySet().stream().filter(e -> (name + ".").startsWith(e.getKey() + "."))
        .max(Comparator.comparingInt(e -> e.getKey().length())).orElseThrow().getValue();
  }
}
