package culvert.tunio;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/**
 * The functions of OpenSSL 3's libcrypto that AES-GCM takes (openssl/evp.h).
 *
 * <p>Pointers are {@code long} addresses, so that a call creates no segment objects. A function
 * that cannot be bound is replaced by one that returns 0, which is how libcrypto reports failure;
 * {@link #problem()} then says what is missing.
 */
final class LibCrypto {
    /** The soname of OpenSSL 3; version 1.1 has no {@code EVP_CIPHER_fetch}. */
    static final String LIBRARY = "libcrypto.so.3";

    /** EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG of openssl/evp.h. */
    static final int CTRL_GET_TAG = 0x10;

    static final int CTRL_SET_TAG = 0x11;

    private static final Optional<SymbolLookup> SYMBOLS = open(LIBRARY);

    // A critical downcall skips the thread state transition (about 10 ns): right for functions that
    // finish within a microsecond, wrong for those that may take a lock or allocate at length.
    private static final Linker.Option[] PER_PACKET = {Linker.Option.critical(false)};
    private static final Linker.Option[] PER_SA = {};

    static final MethodHandle CIPHER_FETCH =
            bind("EVP_CIPHER_fetch", PER_SA, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle CTX_NEW = bind("EVP_CIPHER_CTX_new", PER_SA, JAVA_LONG);
    static final MethodHandle CTX_FREE = bindVoid("EVP_CIPHER_CTX_free", JAVA_LONG);
    static final MethodHandle CTX_CTRL =
            bind(
                    "EVP_CIPHER_CTX_ctrl",
                    PER_PACKET,
                    JAVA_INT,
                    JAVA_LONG,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_LONG);
    static final MethodHandle ENCRYPT_INIT = bindInit("EVP_EncryptInit_ex");
    static final MethodHandle ENCRYPT_UPDATE = bindUpdate("EVP_EncryptUpdate");
    static final MethodHandle ENCRYPT_FINAL = bindFinal("EVP_EncryptFinal_ex");
    static final MethodHandle DECRYPT_INIT = bindInit("EVP_DecryptInit_ex");
    static final MethodHandle DECRYPT_UPDATE = bindUpdate("EVP_DecryptUpdate");
    static final MethodHandle DECRYPT_FINAL = bindFinal("EVP_DecryptFinal_ex");

    private LibCrypto() {}

    /** What keeps this machine from using libcrypto, for people; empty when nothing does. */
    static Optional<String> problem() {
        return problem(LIBRARY, SYMBOLS);
    }

    static Optional<String> problem(String library, Optional<SymbolLookup> symbols) {
        if (symbols.isEmpty()) {
            return Optional.of(library + " cannot be loaded (install OpenSSL 3)");
        }
        return symbols.get().find("EVP_CIPHER_fetch").isPresent()
                ? Optional.empty()
                : Optional.of(library + " is not OpenSSL 3: it has no EVP_CIPHER_fetch");
    }

    @SuppressWarnings("restricted") // native access is this module's job
    static Optional<SymbolLookup> open(String library) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(library, Arena.global()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static MethodHandle bindInit(String name) {
        return bind(
                name, PER_PACKET, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    }

    private static MethodHandle bindUpdate(String name) {
        return bind(
                name, PER_PACKET, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    }

    private static MethodHandle bindFinal(String name) {
        return bind(name, PER_PACKET, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    }

    private static MethodHandle bindVoid(String name, MemoryLayout... arguments) {
        return bind(name, PER_SA, FunctionDescriptor.ofVoid(arguments));
    }

    private static MethodHandle bind(
            String name, Linker.Option[] options, MemoryLayout result, MemoryLayout... arguments) {
        return bind(name, options, FunctionDescriptor.of(result, arguments));
    }

    @SuppressWarnings("restricted") // native access is this module's job
    private static MethodHandle bind(
            String name, Linker.Option[] options, FunctionDescriptor descriptor) {
        Optional<MemorySegment> address = SYMBOLS.flatMap(symbols -> symbols.find(name));
        return address.isPresent()
                ? Linker.nativeLinker().downcallHandle(address.get(), descriptor, options)
                : MethodHandles.empty(descriptor.toMethodType());
    }
}
