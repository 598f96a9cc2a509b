package culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A certification authority of the lab, made by the {@code openssl} command. */
public final class LabAuthority {
    /** Kinds of key that the lab's authorities and their subjects have. */
    public enum KeyKind {
        RSA("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
        ECDSA("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");

        private final String options;

        KeyKind(String options) {
            this.options = options;
        }
    }

    /**
     * A certificate in PEM with its key in PKCS #8, which only its owner can read.
     *
     * @param subject as it is written in configurations, such as {@code O=Lab, CN=aws-1}
     */
    public record Issued(String subject, Path certificate, Path key) {}

    private static final int DAYS = 365;
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);
    private final Path directory;
    private final KeyKind kind;
    private final String name;
    private final Issued own;
    private final String listsUrl;

    private LabAuthority(Path directory, KeyKind kind, String name, Issued own, String listsUrl) {
        this.directory = directory;
        this.kind = kind;
        this.name = name;
        this.own = own;
        this.listsUrl = listsUrl;
    }

    /** The same; what it and those below it issue from now on name their lists there. */
    public LabAuthority withListsAt(String url) {
        return new LabAuthority(directory, kind, name, own, url);
    }

    /** A new root; its files are in the directory. */
    public static LabAuthority root(Path directory, String name, KeyKind kind) {
        Path files = directory.resolve("authority-" + name);
        try {
            Files.createDirectories(files);
        } catch (IOException e) {
            throw new LabException("cannot create " + files + ": " + e.getMessage(), e);
        }
        Issued own = files(files, name);
        configure(files, name, "");
        openssl(kind.options + " -out " + own.key());
        openssl(
                "req -x509 -new -days %d -config %s -key %s -out %s"
                        .formatted(DAYS, configuration(files, name), own.key(), own.certificate()));
        return new LabAuthority(files, kind, name, own, "");
    }

    /** An intermediate authority below this one. */
    public LabAuthority intermediate(String name) {
        return new LabAuthority(directory, kind, name, issue(name, "ca"), listsUrl);
    }

    /** A gateway's certificate. */
    public Issued issue(String name) {
        return issue(name, "gateway");
    }

    private Issued issue(String name, String section) {
        Issued issued = files(directory, name);
        configure(
                directory,
                name,
                listsUrl.isEmpty()
                        ? ""
                        : "crlDistributionPoints = URI:%s/%s.crl".formatted(listsUrl, this.name));
        Path request = directory.resolve(name + ".csr");
        openssl(kind.options + " -out " + issued.key());
        openssl(
                "req -new -config %s -key %s -out %s"
                        .formatted(configuration(directory, name), issued.key(), request));
        openssl(
                "x509 -req -days %d -in %s -CA %s -CAkey %s -CAcreateserial -extfile %s -extensions %s -out %s"
                        .formatted(
                                DAYS,
                                request,
                                own.certificate(),
                                own.key(),
                                configuration(directory, name),
                                section,
                                issued.certificate()));
        return issued;
    }

    /** Its certificate. */
    public Path certificate() {
        return own.certificate();
    }

    /**
     * A new list of what it revokes, all of it: in PEM, and beside it, as NAME.crl, in DER, which
     * is how the web has it (RFC 2585 4.2).
     */
    public Path revocationList(Issued... revoked) {
        Path pem = directory.resolve(name + ".crl.pem");
        Path index = directory.resolve(name + ".index");
        Path configuration = directory.resolve(name + ".lists.cnf");
        try {
            Files.writeString(index, "");
            Files.writeString(
                    configuration,
                    """
                    [ca]
                    default_ca = lab
                    [lab]
                    database = %s
                    default_md = sha256
                    default_crl_days = 30
                    crl_extensions = list
                    [list]
                    authorityKeyIdentifier = keyid
                    """
                            .formatted(index));
        } catch (IOException e) {
            throw new LabException("cannot write " + index + ": " + e.getMessage(), e);
        }
        String ca =
                "ca -config %s -cert %s -keyfile %s "
                        .formatted(configuration, own.certificate(), own.key());
        for (Issued one : revoked) {
            openssl(ca + "-revoke " + one.certificate());
        }
        openssl(ca + "-gencrl -out " + pem);
        openssl("crl -in %s -outform DER -out %s".formatted(pem, directory.resolve(name + ".crl")));
        return pem;
    }

    /** One file with a certificate and, behind it, those of the authorities above it. */
    public static Path chain(Path certificate, LabAuthority... above) {
        Path chain = certificate.resolveSibling(certificate.getFileName() + ".chain");
        try {
            StringBuilder text = new StringBuilder(Files.readString(certificate));
            for (LabAuthority authority : above) {
                text.append(Files.readString(authority.certificate()));
            }
            return Files.writeString(chain, text);
        } catch (IOException e) {
            throw new LabException("cannot write " + chain + ": " + e.getMessage(), e);
        }
    }

    private static Issued files(Path directory, String name) {
        return new Issued(
                "O=Lab, CN=" + name,
                directory.resolve(name + ".pem"),
                directory.resolve(name + ".key"));
    }

    private static Path configuration(Path directory, String name) {
        return directory.resolve(name + ".cnf");
    }

    private static void configure(Path directory, String name, String more) {
        Path file = configuration(directory, name);
        try {
            Files.writeString(file, requestConfiguration(name, more));
        } catch (IOException e) {
            throw new LabException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String requestConfiguration(String name, String more) {
        return """
            [req]
            distinguished_name = name
            prompt = no
            x509_extensions = authority
            [name]
            O = Lab
            CN = %s
            [authority]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            [ca]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            %s
            [gateway]
            basicConstraints = critical, CA:FALSE
            keyUsage = critical, digitalSignature
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            %s
            """
                .formatted(name, more, more);
    }

    private static void openssl(String options) {
        Command.require(Command.words("openssl " + options), "", TIME_LIMIT);
    }
}
