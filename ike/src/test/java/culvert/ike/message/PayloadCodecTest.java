package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import culvert.ike.message.Payload.Side;
import culvert.model.IpPrefix;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies of payloads written by hand from the RFC, against what the codec makes of them. */
class PayloadCodecTest {
    private static final Octets SPI = Octets.ofHex("c1a2b3c4");

    static Stream<Arguments> payloads() {
        return Stream.of(
                arguments(
                        PayloadType.SA,
                        "02 00 0028 01 01 00 03"
                                + "03 00 000c 01 00 0014 800e 0100"
                                + "03 00 0008 02 00 0006"
                                + "00 00 000c 04 00 0014 800e 0001"
                                + "00 00 0014 02 03 04 01 c1a2b3c4"
                                + "00 00 0008 05 00 0000",
                        new SaPayload(
                                List.of(
                                        new Proposal(
                                                1,
                                                ProtocolId.IKE,
                                                Octets.EMPTY,
                                                List.of(
                                                        Transform.of(Transform.ENCR, 20, 256),
                                                        Transform.of(Transform.PRF, 6),
                                                        Transform.of(Transform.KE, 20, 1))),
                                        new Proposal(
                                                2,
                                                ProtocolId.ESP,
                                                SPI,
                                                List.of(Transform.of(Transform.ESN, 0)))))),
                arguments(
                        PayloadType.KE,
                        "0014 0000 0102030405",
                        new KePayload(20, Octets.ofHex("0102030405"))),
                arguments(
                        PayloadType.IDI,
                        "01 000000 c6120001",
                        new IdPayload(Side.INITIATOR, Identification.parse("198.18.0.1"))),
                arguments(
                        PayloadType.IDR,
                        "02 000000 612e62",
                        new IdPayload(Side.RESPONDER, Identification.parse("a.b"))),
                arguments(PayloadType.CERT, "04 3082", new CertPayload(4, Octets.ofHex("3082"))),
                arguments(PayloadType.CERTREQ, "04", new CertRequestPayload(4, Octets.EMPTY)),
                arguments(
                        PayloadType.AUTH,
                        "02 000000 aabb",
                        new AuthPayload(AuthPayload.SHARED_KEY, Octets.ofHex("aabb"))),
                arguments(
                        PayloadType.NONCE,
                        "07".repeat(32),
                        new NoncePayload(Octets.ofHex("07".repeat(32)))),
                arguments(
                        PayloadType.NOTIFY,
                        "03 04 4009 c1a2b3c4",
                        new NotifyPayload(ProtocolId.ESP, SPI, NotifyType.REKEY_SA, Octets.EMPTY)),
                arguments(
                        PayloadType.NOTIFY,
                        "00 00 0011 0013",
                        NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.ofHex("0013"))),
                arguments(
                        PayloadType.NOTIFY,
                        "00 00 4006" + "cc".repeat(64),
                        NotifyPayload.of(NotifyType.COOKIE, Octets.ofHex("cc".repeat(64)))),
                arguments(
                        PayloadType.DELETE,
                        "03 04 0002 c1a2b3c4 00000001",
                        new DeletePayload(ProtocolId.ESP, List.of(SPI, Octets.ofInt(1)))),
                arguments(
                        PayloadType.DELETE,
                        "01 00 0000",
                        new DeletePayload(ProtocolId.IKE, List.of())),
                arguments(PayloadType.VENDOR_ID, "7631", new VendorIdPayload(Octets.ofHex("7631"))),
                arguments(
                        PayloadType.TSI,
                        "02 000000"
                                + "07 06 0010 0016 0017 0a000000 0affffff"
                                + "08 00 0028 0000 ffff"
                                + "20010db8000000000000000000000000"
                                + "20010db8ffffffffffffffffffffffff",
                        new TsPayload(
                                Side.INITIATOR,
                                List.of(
                                        new TrafficSelector(
                                                6,
                                                22,
                                                23,
                                                InetAddress.ofLiteral("10.0.0.0"),
                                                InetAddress.ofLiteral("10.255.255.255")),
                                        TrafficSelector.of(IpPrefix.parse("2001:db8::/32"))))),
                arguments(
                        PayloadType.TSR,
                        "01 000000 07 00 0010 0000 ffff 00000000 ffffffff",
                        new TsPayload(Side.RESPONDER, List.of(TrafficSelector.ANY_IPV4))),
                arguments(
                        PayloadType.CP,
                        "01 000000",
                        new ConfigurationPayload(Octets.ofHex("01000000"))),
                arguments(PayloadType.EAP, "0101", new EapPayload(Octets.ofHex("0101"))));
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void readsAndWritesWhatTheRfcDraws(int type, String bodyHex, Payload payload) {
        byte[] message = RawMessage.startingWith(type).payload(PayloadType.NONE, bodyHex).message();
        assertEquals(payload, only(message));

        IkeHeader header = MessageDecoder.peekHeader(message).orElseThrow();
        assertArrayEquals(message, MessageEncoder.encode(header, List.of(payload)));
    }

    /** What a peer may send and we never would: read, but not written the same way. */
    static Stream<Arguments> tolerated() {
        String head = "00 00 0014 01 01 00 01";
        return Stream.of(
                // RFC 7296 3.3.6: a transform with an attribute that we do not know is not chosen.
                arguments(
                        "Key Length in the long form",
                        PayloadType.SA,
                        "00 00 0016 01 01 00 01 00 00 000e 01 00 000c 000e 0002 0100",
                        sa(new Transform(Transform.ENCR, 12, Transform.NO_KEY_LENGTH, true))),
                arguments(
                        "an unknown attribute",
                        PayloadType.SA,
                        head + "00 00 000c 01 00 000c 800f 0100",
                        sa(new Transform(Transform.ENCR, 12, Transform.NO_KEY_LENGTH, true))),
                arguments(
                        "Key Length of zero",
                        PayloadType.SA,
                        head + "00 00 000c 01 00 000c 800e 0000",
                        sa(new Transform(Transform.ENCR, 12, Transform.NO_KEY_LENGTH, true))),
                arguments(
                        "Key Length twice",
                        PayloadType.SA,
                        "00 00 0018 01 01 00 01 00 00 0010 01 00 000c 800e 0080 800e 0100",
                        sa(new Transform(Transform.ENCR, 12, 128, true))),
                arguments(
                        "an answer with the number of the offer's third proposal",
                        PayloadType.SA,
                        "00 00 0010 03 01 00 01 00 00 0008 02 00 0005",
                        new SaPayload(
                                List.of(
                                        new Proposal(
                                                3,
                                                ProtocolId.IKE,
                                                Octets.EMPTY,
                                                List.of(Transform.of(Transform.PRF, 5)))))),
                arguments(
                        "a protocol that we do not know",
                        PayloadType.SA,
                        "00 00 0012 01 09 02 01 0102 00 00 0008 02 00 0005",
                        new SaPayload(
                                List.of(
                                        new Proposal(
                                                1,
                                                9,
                                                Octets.ofHex("0102"),
                                                List.of(Transform.of(Transform.PRF, 5)))))),
                // RFC 7296 3.10: without an SPI the protocol means nothing.
                arguments(
                        "a notify with a protocol and no SPI",
                        PayloadType.NOTIFY,
                        "03 00 000e",
                        new NotifyPayload(
                                ProtocolId.ESP,
                                Octets.EMPTY,
                                NotifyType.NO_PROPOSAL_CHOSEN,
                                Octets.EMPTY)),
                arguments(
                        "a delete of the IKE SA that counts it",
                        PayloadType.DELETE,
                        "01 00 0001",
                        new DeletePayload(ProtocolId.IKE, List.of())),
                arguments(
                        "reserved octets that are not zero",
                        PayloadType.KE,
                        "0014 ffff 01",
                        new KePayload(20, Octets.ofHex("01"))),
                // RFC 7296 2.9: selectors of types that we do not know are narrowed away.
                arguments(
                        "a Fibre Channel selector, then one of ours",
                        PayloadType.TSI,
                        "02 000000 09 00 0018"
                                + "00".repeat(20)
                                + "07 00 0010 0000 ffff 00000000 ffffffff",
                        new TsPayload(Side.INITIATOR, List.of(TrafficSelector.ANY_IPV4))),
                arguments(
                        "OPAQUE ports",
                        PayloadType.TSI,
                        "01 000000 07 06 0010 ffff 0000 00000000 ffffffff",
                        new TsPayload(Side.INITIATOR, List.of())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tolerated")
    void toleratesWhatTheRfcTellsToTolerate(
            String what, int type, String bodyHex, Payload payload) {
        assertEquals(
                payload,
                only(RawMessage.startingWith(type).payload(PayloadType.NONE, bodyHex).message()));
    }

    /** An IPv4-mapped end must not turn an IPv6 selector into half an IPv4 one. */
    @Test
    void keepsIpv4MappedAddressesInTheirFamily() {
        String start = "00000000000000000000ffff00000000";
        String end = "20010db8000000000000000000000000";
        String bodyHex = "01 000000 08 00 0028 0000 ffff" + start + end;
        Payload payload =
                only(
                        RawMessage.startingWith(PayloadType.TSI)
                                .payload(PayloadType.NONE, bodyHex)
                                .message());
        TrafficSelector selector =
                assertInstanceOf(TsPayload.class, payload).selectors().getFirst();
        assertEquals(start, Octets.copyOf(selector.startAddress().getAddress()).toString());
    }

    static Stream<Payload> unwritable() {
        Transform aes = Transform.of(Transform.ENCR, 12, 128);
        return Stream.of(
                new SaPayload(List.of()),
                sa(new Transform(Transform.ENCR, 12, 128, true)),
                new SaPayload(
                        List.of(new Proposal(256, ProtocolId.IKE, Octets.EMPTY, List.of(aes)))),
                new DeletePayload(ProtocolId.ESP, List.of(Octets.ofHex("01"))),
                new DeletePayload(ProtocolId.IKE, List.of(SPI)),
                new TsPayload(Side.INITIATOR, List.of()),
                new KePayload(70_000, Octets.ofHex("01")),
                new VendorIdPayload(Octets.copyOf(new byte[65_532])),
                new VendorIdPayload(Octets.copyOf(new byte[65_520])));
    }

    @ParameterizedTest
    @MethodSource("unwritable")
    void refusesToWriteWhatNobodyCouldRead(Payload payload) {
        IkeHeader header =
                new IkeHeader(new IkeSpi(1), IkeSpi.NONE, ExchangeType.IKE_SA_INIT, true, false, 0);
        assertThrows(
                IllegalArgumentException.class,
                () -> MessageEncoder.encode(header, List.of(payload)));
    }

    private static SaPayload sa(Transform transform) {
        return new SaPayload(
                List.of(new Proposal(1, ProtocolId.IKE, Octets.EMPTY, List.of(transform))));
    }

    private static Payload only(byte[] message) {
        var ok = assertInstanceOf(DecodeResult.Ok.class, MessageDecoder.decode(message));
        assertEquals(1, ok.message().payloads().size());
        return ok.message().payloads().getFirst();
    }
}
