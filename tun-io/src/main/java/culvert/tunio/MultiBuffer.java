package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The AES-GCM functions of Intel's Multi-Buffer Crypto for IPsec library (intel-ipsec-mb.h), which
 * do a whole packet in one call. Every x86-64 processor may run them, AMD's too.
 *
 * <p>The library has each function once per family of instructions, under a name of its own. Its
 * documented way to choose is a table of pointers whose layout differs between versions; a name
 * that is missing can be noticed, a pointer read from the wrong place cannot. Hence names, and the
 * processor's flags as the kernel tells them.
 */
final class MultiBuffer {
    /** Sonames, the newest first. */
    private static final List<String> LIBRARIES = List.of("libIPSec_MB.so.2", "libIPSec_MB.so.1");

    /** More flags than the functions use, so that one that we forgot does not matter. */
    private static final List<Instructions> CHOICES =
            List.of(
                    new Instructions(
                            "vaes_avx512",
                            Set.of(
                                    "vaes",
                                    "vpclmulqdq",
                                    "gfni",
                                    "avx512f",
                                    "avx512dq",
                                    "avx512cd",
                                    "avx512bw",
                                    "avx512vl",
                                    "avx512ifma",
                                    "bmi1",
                                    "bmi2")),
                    new Instructions(
                            "avx_gen4",
                            Set.of("aes", "pclmulqdq", "avx", "avx2", "bmi1", "bmi2", "movbe")));

    /**
     * A family of functions.
     *
     * @param suffix of their names
     * @param flags that the processor must have, as /proc/cpuinfo writes them
     */
    private record Instructions(String suffix, Set<String> flags) {}

    private record Binding(SymbolLookup symbols, String suffix) {}

    private static final Set<String> FLAGS = processorFlags(Path.of("/proc/cpuinfo"));
    private static final @Nullable Binding BINDING = choose(FLAGS);

    // A critical downcall skips the thread state transition: right for a microsecond of arithmetic.
    private static final Linker.Option[] PER_PACKET = {Linker.Option.critical(false)};
    private static final Linker.Option[] PER_SA = {};

    /** (key, key data): expands the key. */
    static final MethodHandle EXPAND_128 = bindExpand("aes_gcm_pre_128_");

    static final MethodHandle EXPAND_256 = bindExpand("aes_gcm_pre_256_");

    /** (key data, context, out, in, octets, nonce, aad, octets of aad, tag, octets of tag). */
    static final MethodHandle SEAL_128 = bindPacket("aes_gcm_enc_128_");

    static final MethodHandle SEAL_256 = bindPacket("aes_gcm_enc_256_");
    static final MethodHandle OPEN_128 = bindPacket("aes_gcm_dec_128_");
    static final MethodHandle OPEN_256 = bindPacket("aes_gcm_dec_256_");

    private MultiBuffer() {}

    /** What keeps this machine from using the library, for people; empty when nothing does. */
    static Optional<String> problem() {
        return problem(FLAGS, BINDING != null);
    }

    static Optional<String> problem(Set<String> flags, boolean bound) {
        if (bound) {
            return Optional.empty();
        }
        return CHOICES.stream().anyMatch(choice -> flags.containsAll(choice.flags()))
                ? Optional.of(
                        "libIPSec_MB.so.2 or .1 cannot be loaded (install libipsec-mb2 or"
                                + " libipsec-mb1)")
                : Optional.of("the processor has no AVX2");
    }

    /** The flags of the first processor; none where the file is not of an x86 processor. */
    static Set<String> processorFlags(Path cpuinfo) {
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> Set.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+")))
                    .orElse(Set.of());
        } catch (IOException e) {
            return Set.of();
        }
    }

    private static @Nullable Binding choose(Set<String> flags) {
        for (String library : LIBRARIES) {
            Optional<SymbolLookup> symbols = LibCrypto.open(library);
            for (Instructions choice : CHOICES) {
                if (symbols.isPresent()
                        && flags.containsAll(choice.flags())
                        && complete(symbols.get(), choice.suffix())) {
                    return new Binding(symbols.get(), choice.suffix());
                }
            }
        }
        return null;
    }

    private static boolean complete(SymbolLookup symbols, String suffix) {
        return Stream.of("pre", "enc", "dec")
                .flatMap(what -> Stream.of("128", "256").map(size -> what + "_" + size))
                .allMatch(name -> symbols.find("aes_gcm_" + name + "_" + suffix).isPresent());
    }

    private static MethodHandle bindExpand(String name) {
        return bind(name, PER_SA, FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
    }

    private static MethodHandle bindPacket(String name) {
        return bind(
                name,
                PER_PACKET,
                FunctionDescriptor.ofVoid(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    @SuppressWarnings("restricted") // native access is this module's job
    private static MethodHandle bind(
            String name, Linker.Option[] options, FunctionDescriptor descriptor) {
        if (BINDING == null) {
            return MethodHandles.empty(descriptor.toMethodType());
        }
        MemorySegment address = BINDING.symbols().find(name + BINDING.suffix()).orElseThrow();
        return Linker.nativeLinker().downcallHandle(address, descriptor, options);
    }
}
