package culvert.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What ARCHITECTURE.md calls invariants and module-info cannot say. */
class InvariantsTest {
    private static final List<String> MODULES =
            List.of("model", "tun-io", "esp-dataplane", "ike", "bgp", "config", "lab", "gateway");
    private static final JavaClasses CULVERT = compiledClasses();

    private static JavaClasses compiledClasses() {
        List<Path> directories =
                MODULES.stream().map(m -> Path.of("..", m, "target", "classes")).toList();
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                throw new IllegalStateException(
                        directory + " is missing: build all modules first (./verify does)");
            }
        }
        return new ClassFileImporter().importPaths(directories);
    }

    @Test
    void ikeAndBgpHaveNoSocketThreadClockOrFile() {
        noClasses()
                .that()
                .resideInAnyPackage("culvert.ike..", "culvert.bgp..")
                .and()
                // The JDK reads certificates from streams only; there it is one over an array.
                .doNotHaveFullyQualifiedName("culvert.ike.certificate.CertificateReader")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio.channels..",
                        "java.util.concurrent..",
                        "java.io..",
                        "io.netty..",
                        "org.slf4j..",
                        "java.lang.foreign..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        java.net.Socket.class,
                        java.net.DatagramSocket.class,
                        java.time.Clock.class,
                        java.time.Instant.class,
                        Files.class)
                .check(CULVERT);
    }

    @Test
    void ikeAndBgpNeverAskForTheTimeOrForAName() {
        Stream.of(
                        noClasses()
                                .that()
                                .resideInAnyPackage("culvert.ike..", "culvert.bgp..")
                                .should()
                                .callMethod(System.class, "nanoTime")
                                .orShould()
                                .callMethod(System.class, "currentTimeMillis"),
                        noClasses()
                                .that()
                                .resideInAnyPackage("culvert.ike..", "culvert.bgp..")
                                .should()
                                .callMethod(InetAddress.class, "getByName", String.class)
                                .orShould()
                                .callMethod(InetAddress.class, "getAllByName", String.class))
                .forEach(rule -> rule.check(CULVERT));
    }

    @Test
    void ikeAndBgpAreHandedTheirRandomness() {
        noClasses()
                .that()
                .resideInAnyPackage("culvert.ike..", "culvert.bgp..")
                .should()
                .callConstructor(java.security.SecureRandom.class)
                .orShould()
                .callConstructor(java.util.Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .check(CULVERT);
    }

    @Test
    void onlyTunIoMakesNativeCalls() {
        noClasses()
                .that()
                .resideOutsideOfPackage("culvert.tunio..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        java.lang.foreign.Linker.class,
                        java.lang.foreign.SymbolLookup.class,
                        java.lang.foreign.FunctionDescriptor.class)
                .check(CULVERT);
    }

    @Test
    void onlyOneClassHoldsTheSystemCalls() {
        noClasses()
                .that()
                .resideInAPackage("culvert.tunio..")
                .and()
                .doNotHaveSimpleName("Libc")
                .and()
                .doNotHaveSimpleName("LibCrypto")
                .and()
                .doNotHaveSimpleName("MultiBuffer")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(java.lang.foreign.Linker.class)
                .check(CULVERT);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("culvert.(**)").should().beFreeOfCycles().check(CULVERT);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .orShould()
                .haveSimpleNameEndingWith("Base")
                .check(CULVERT);
    }

    @Test
    void messagesOfTheWireAreRecords() {
        classes()
                .that()
                .implement("culvert.ike.message.Payload")
                .should()
                .beRecords()
                .check(CULVERT);
    }
}
