package culvert.ike.certificate;

import com.code_intelligence.jazzer.junit.FuzzTest;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.CertPayload;
import culvert.ike.message.Octets;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;

/**
 * What a peer presents before it is believed: any octets end in a {@link CertificateProblem} or are
 * taken. Most inputs are changes of what is right, because any octets at all end at the first one;
 * changed certificates and lists are signed anew, so that what is behind the signature sees them.
 */
class CertificateFuzzTest {
    private static final byte[] SIGNED = {1, 2, 3};
    private static final byte[] ECDSA_WITH_SHA256 =
            HexFormat.of().parseHex("300a06082a8648ce3d040302");
    private static final TestCertificate ROOT = TestCertificate.root("CN=Root").make();
    private static final TestCertificate MIDDLE =
            ROOT.issue("O=Lab,CN=Middle").authorityWithPathLength(1).make();
    private static final TestCertificate PEER =
            MIDDLE.issue("O=Lab,CN=peer").dnsName("peer.lab").address("198.18.0.1").make();
    private static final TestCertificate RSA =
            TestCertificate.root("CN=rsa").key(TestCertificate.RSA_2048).make();
    private static final X509CRL LIST = list();
    private static final List<AuthPayload> PROOFS = proofs();

    private static X509CRL list() {
        try {
            return ROOT.revoking(TestCertificate.NOW - 60, TestCertificate.NOW + 60, MIDDLE);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<AuthPayload> proofs() {
        List<AuthPayload> proofs = new ArrayList<>();
        for (TestCertificate signer : List.of(PEER, RSA)) {
            for (OwnCertificate.RsaPadding padding : OwnCertificate.RsaPadding.values()) {
                OwnCertificate own =
                        new OwnCertificate(
                                List.of(signer.certificate()), signer.signingKey(), padding);
                SecureRandom random = new SecureRandom();
                proofs.add(
                        AuthSignature.sign(
                                own, EnumSet.allOf(SignatureHash.class), SIGNED, random));
                proofs.add(
                        AuthSignature.sign(
                                own, EnumSet.noneOf(SignatureHash.class), SIGNED, random));
            }
        }
        return proofs;
    }

    /** CERT payloads of any octets: encoding, two octets of length, data. */
    @FuzzTest(maxDuration = "5m")
    void payloads(byte[] input) {
        List<CertPayload> payloads = new ArrayList<>();
        int at = 0;
        while (at + 3 <= input.length) {
            int lengthBytes = ((input[at + 1] & 0xFF) << 8) | (input[at + 2] & 0xFF);
            int end = Math.min(input.length, at + 3 + lengthBytes);
            payloads.add(new CertPayload(input[at] & 0xFF, Octets.copyOf(input, at + 3, end)));
            at = end;
        }
        require(payloads, ROOT.trusted());
    }

    /** A chain whose certificates are changed, and signed anew by who issued them. */
    @FuzzTest(maxDuration = "5m")
    void signedChain(byte[] input) throws GeneralSecurityException {
        if (input.length == 0) {
            return;
        }
        byte[] own = PEER.certificate().getTBSCertificate();
        byte[] above = MIDDLE.certificate().getTBSCertificate();
        byte[] changes = Arrays.copyOfRange(input, 1, input.length);
        boolean changeOwn = (input[0] & 1) == 0;
        require(
                List.of(
                        payload(changeOwn ? changed(own, changes) : own, MIDDLE.keys()),
                        payload(changeOwn ? above : changed(above, changes), ROOT.keys())),
                ROOT.trusted());
    }

    /** A revocation list that is changed, and signed anew by its authority. */
    @FuzzTest(maxDuration = "5m")
    void signedRevocationList(byte[] input) throws GeneralSecurityException {
        byte[] der = signed(changed(LIST.getTBSCertList(), input), ROOT.keys());
        try {
            List<X509CRL> lists = CertificateReader.revocationLists(der);
            require(
                    List.of(PEER.payload(), MIDDLE.payload()),
                    new TrustAnchors(
                            List.of(ROOT.certificate()), lists, TrustAnchors.Revocation.STRICT));
        } catch (CertificateProblem refused) {
            // As it should be.
        }
    }

    /** Any octets as a file of certificates or of revocation lists. */
    @FuzzTest(maxDuration = "5m")
    void files(byte[] input) {
        try {
            CertificateReader.certificates(input);
        } catch (CertificateProblem refused) {
            // As it should be.
        }
        try {
            CertificateReader.revocationLists(input);
        } catch (CertificateProblem refused) {
            // As it should be.
        }
    }

    /** AUTH: which proof, for which key, with which method (0: its own), changed how. */
    @FuzzTest(maxDuration = "5m")
    void auth(byte[] input) {
        if (input.length < 2) {
            return;
        }
        AuthPayload right = PROOFS.get((input[0] & 0xFF) % PROOFS.size());
        int method = input[1] & 0x7F;
        boolean replaced = input[1] < 0;
        byte[] changes = Arrays.copyOfRange(input, 2, input.length);
        byte[] data = replaced ? changes : changed(right.data().toByteArray(), changes);
        for (TestCertificate signer : List.of(PEER, RSA)) {
            try {
                AuthSignature.require(
                        new AuthPayload(method == 0 ? right.method() : method, Octets.copyOf(data)),
                        signer.keys().getPublic(),
                        SIGNED);
            } catch (CertificateProblem refused) {
                // As it should be.
            }
        }
    }

    private static void require(List<CertPayload> payloads, TrustAnchors trust) {
        try {
            PeerCertificates theirs = PeerCertificates.read(payloads);
            CertificateText.of(theirs.own());
            CertificateIdentity.names(theirs.own());
            CertificationPath path = theirs.path(trust, TestCertificate.NOW);
            path.distributionPoints();
            path.requireUnrevoked(trust, new FetchedLists());
            path.requireCovered(trust, new FetchedLists(), TestCertificate.NOW);
        } catch (CertificateProblem refused) {
            // As it should be.
        }
    }

    /** Each change has four octets: where (two), how (0 set, 1 insert, 2 remove), and what. */
    private static byte[] changed(byte[] octets, byte[] changes) {
        byte[] result = octets.clone();
        for (int i = 0; i + 4 <= changes.length; i += 4) {
            int at =
                    (((changes[i] & 0xFF) << 8) | (changes[i + 1] & 0xFF))
                            % Math.max(1, result.length);
            byte what = changes[i + 3];
            result =
                    switch (changes[i + 2] & 3) {
                        case 1 ->
                                join(
                                        Arrays.copyOf(result, at),
                                        new byte[] {what},
                                        Arrays.copyOfRange(result, at, result.length));
                        case 2 ->
                                join(
                                        Arrays.copyOf(result, at),
                                        Arrays.copyOfRange(
                                                result,
                                                Math.min(at + 1, result.length),
                                                result.length));
                        default -> {
                            if (result.length > 0) {
                                result[at] = what;
                            }
                            yield result;
                        }
                    };
        }
        return result;
    }

    private static CertPayload payload(byte[] tbs, KeyPair issuer) throws GeneralSecurityException {
        return new CertPayload(CertPayload.X509_SIGNATURE, Octets.copyOf(signed(tbs, issuer)));
    }

    private static byte[] signed(byte[] tbs, KeyPair issuer) throws GeneralSecurityException {
        Signature engine = Signature.getInstance("SHA256withECDSA");
        engine.initSign(issuer.getPrivate());
        engine.update(tbs);
        byte[] bits = der(0x03, join(new byte[] {0}, engine.sign()));
        return der(0x30, join(tbs, ECDSA_WITH_SHA256, bits));
    }

    private static byte[] der(int tag, byte[] content) {
        return join(
                new byte[] {
                    (byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length
                },
                content);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
