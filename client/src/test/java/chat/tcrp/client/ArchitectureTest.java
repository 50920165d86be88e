package chat.tcrp.client;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the packages of all modules, as docs/architecture.md draws them: every one
 * points down.
 */
class ArchitectureTest {
  private static final String ALL = "chat.tcrp.";

  /** What each package may know. The roots of the programs put everything together. */
  private static final Map<String, List<String>> BELOW =
      Map.ofEntries(
          below("protocol", ""),
          below("program", ""),
          below("server.base", "protocol"),
          below("server.metrics", ""),
          below("server.rooms", "protocol server.base server.metrics"),
          below("server.net", "protocol server.base"),
          below("server.relay", "protocol server.base server.metrics server.net server.rooms"),
          below("server.cluster", "protocol server.base server.metrics server.rooms"),
          below("server.cluster.nats", "server.base server.cluster"),
          below("server.lobby", "protocol server.base server.metrics server.net server.relay"),
          below(
              "server.handshake", "protocol server.base server.metrics server.rooms server.relay"),
          below("server.monitor", "server.base server.metrics"),
          below("server.top", "program server.base server.metrics"),
          below(
              "server",
              "protocol program server.base server.metrics server.rooms server.net server.relay"
                  + " server.lobby server.handshake server.monitor server.top server.cluster"
                  + " server.cluster.nats"),
          below("client.session", "protocol"),
          below("client.face", "protocol program client.session"),
          below("client.face.terminal", "protocol client.session client.face"),
          below("client.face.pipe", "protocol client.session client.face"),
          below("client.bench", "protocol client.session client.face"),
          below(
              "client",
              "protocol program client.session client.face client.face.terminal client.face.pipe"
                  + " client.bench"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("chat.tcrp");

  private static Map.Entry<String, List<String>> below(String name, String known) {
    return Map.entry(
        ALL + name,
        Stream.of(known.split(" ", -1)).filter(k -> !k.isEmpty()).map(k -> ALL + k).toList());
  }

  static Stream<String> packages() {
    return BELOW.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageKnowsOnlyThoseBelowIt(String name) {
    String[] known =
        Stream.concat(Stream.of(name), BELOW.get(name).stream()).toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(name)
        .should()
        .dependOnClassesThat(resideInAPackage(ALL + ".").and(not(resideInAnyPackage(known))))
        .check(CLASSES);
  }

  @Test
  void everyClassIsInAPackageThatIsDrawn() {
    classes().should().resideInAnyPackage(packages().toArray(String[]::new)).check(CLASSES);
  }

  @Test
  void noPackageKnowsItselfThroughAnother() {
    slices().matching(ALL + "(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theRoomsKnowNoSocket() {
    noClasses()
        .that()
        .resideInAPackage(ALL + "server.rooms")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\..*Socket|java\\.nio\\.channels\\..*|java\\.io\\.(In|Out)putStream")
        .check(CLASSES);
  }

  @Test
  void theProtocolKnowsNoSocketFileOrClock() {
    noClasses()
        .that()
        .resideInAPackage(ALL + "protocol")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.net\\.(?!Inet).*|java\\.nio\\.(channels|file)\\..*|java\\.time\\.(Clock|Instant)")
        .check(CLASSES);
  }
}
