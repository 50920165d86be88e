package chat.tcrp.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the packages, as docs/architecture.md draws them: all of them point down. */
class ArchitectureTest {
  private static final String ROOT = "chat.tcrp.server";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** What each package may know of its siblings; the root puts everything together. */
  static Stream<Arguments> packages() {
    return Stream.of(
        Arguments.of("base", List.of()),
        Arguments.of("rooms", List.of("base")),
        Arguments.of("net", List.of("base")),
        Arguments.of("relay", List.of("net", "rooms", "base")),
        Arguments.of("lobby", List.of("relay", "net", "base")),
        Arguments.of("handshake", List.of("relay", "rooms", "base")));
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageKnowsOnlyThoseBelowIt(String name, List<String> below) {
    String[] known =
        Stream.concat(Stream.of(name), below.stream())
            .map(p -> ROOT + "." + p)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(ROOT + "..")
                .and(
                    com.tngtech.archunit.base.DescribedPredicate.not(
                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                            known))))
        .check(CLASSES);
  }

  @Test
  void everyClassIsInAPackageThatIsDrawn() {
    classes()
        .should()
        .resideInAnyPackage(
            Stream.concat(Stream.of(ROOT), packages().map(a -> ROOT + "." + a.get()[0]))
                .toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void theRoomsKnowNoSocket() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".rooms")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\..*Socket|java\\.nio\\.channels\\..*|java\\.io\\.(In|Out)putStream")
        .check(CLASSES);
  }
}
