package culvert.ike.message;

import culvert.ike.message.Payload.Side;
import culvert.model.TrafficSelector;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages that a peer could send, every field drawn from a seed. */
final class RandomPayloads {
    private final Random random;

    RandomPayloads(long seed) {
        random = new Random(seed);
    }

    IkeHeader header() {
        return new IkeHeader(
                new IkeSpi(random.nextLong() | 1),
                new IkeSpi(random.nextLong()),
                random.nextInt(256),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextInt());
    }

    /** At least one payload, in any order; what must be unique is. */
    List<Payload> payloads() {
        List<Payload> payloads = new ArrayList<>();
        for (int kind = 0; kind < 18; kind++) {
            if (random.nextInt(3) == 0) {
                payloads.add(payload(kind));
            }
        }
        for (int more = random.nextInt(4); more > 0; more--) {
            payloads.add(notifyPayload());
        }
        if (payloads.isEmpty()) {
            payloads.add(payload(random.nextInt(18)));
        }
        Collections.shuffle(payloads, random);
        return payloads;
    }

    private Payload payload(int kind) {
        return switch (kind) {
            case 0 -> sa();
            case 1 -> new KePayload(random.nextInt(65_536), octets(1, 300));
            case 2 -> new IdPayload(Side.INITIATOR, identification());
            case 3 -> new IdPayload(Side.RESPONDER, identification());
            case 4 -> new CertPayload(octet(), octets(1, 200));
            case 5 -> new CertRequestPayload(octet(), octets(0, 60));
            case 6 -> new AuthPayload(1 + random.nextInt(255), octets(1, 70));
            case 7 -> new NoncePayload(octets(16, 256));
            case 8 -> new DeletePayload(ProtocolId.IKE, List.of());
            case 9 -> new DeletePayload(ProtocolId.ESP, spis());
            case 10 -> new VendorIdPayload(octets(0, 40));
            case 11 -> new TsPayload(Side.INITIATOR, selectors());
            case 12 -> new TsPayload(Side.RESPONDER, selectors());
            case 13 -> new ConfigurationPayload(octets(0, 40));
            case 14 -> new EapPayload(octets(0, 40));
            case 15 -> new UnknownPayload(54 + random.nextInt(202), false, octets(0, 40));
            case 16 -> new UnknownPayload(1 + random.nextInt(32), false, octets(0, 40));
            default -> notifyPayload();
        };
    }

    private NotifyPayload notifyPayload() {
        return switch (random.nextInt(7)) {
            case 0 ->
                    new NotifyPayload(
                            ProtocolId.ESP, octets(4, 4), NotifyType.REKEY_SA, Octets.EMPTY);
            case 1 -> NotifyPayload.of(NotifyType.NAT_DETECTION_SOURCE_IP, octets(20, 20));
            case 2 -> NotifyPayload.of(NotifyType.COOKIE, octets(1, 64));
            case 3 -> NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, octets(2, 2));
            case 4 -> NotifyPayload.of(NotifyType.TS_UNACCEPTABLE);
            case 5 ->
                    new NotifyPayload(
                            ProtocolId.AH,
                            octets(4, 4),
                            NotifyType.CHILD_SA_NOT_FOUND,
                            octets(0, 9));
            default -> NotifyPayload.of(40_960 + random.nextInt(24_576), octets(0, 100));
        };
    }

    private SaPayload sa() {
        int count = 1 + random.nextInt(4);
        List<Proposal> proposals = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            int protocolId = 1 + random.nextInt(3);
            int ikeSpiBytes = random.nextBoolean() ? 0 : 8;
            int spiBytes = protocolId == ProtocolId.IKE ? ikeSpiBytes : 4;
            List<Transform> transforms = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                int keyLengthBits =
                        random.nextBoolean() ? Transform.NO_KEY_LENGTH : 1 + random.nextInt(65_535);
                transforms.add(Transform.of(octet(), random.nextInt(65_536), keyLengthBits));
            }
            proposals.add(new Proposal(number, protocolId, octets(spiBytes, spiBytes), transforms));
        }
        return new SaPayload(proposals);
    }

    private Identification identification() {
        return switch (random.nextInt(4)) {
            case 0 -> new Identification(Identification.IPV4_ADDR, octets(4, 4));
            case 1 -> new Identification(Identification.IPV6_ADDR, octets(16, 16));
            case 2 -> new Identification(Identification.FQDN, octets(1, 100));
            default -> new Identification(6 + random.nextInt(250), octets(1, 100));
        };
    }

    private List<Octets> spis() {
        List<Octets> spis = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            spis.add(octets(4, 4));
        }
        return spis;
    }

    private List<TrafficSelector> selectors() {
        List<TrafficSelector> selectors = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int addressBytes = random.nextBoolean() ? 4 : 16;
            byte[] a = octets(addressBytes, addressBytes).toByteArray();
            byte[] b = octets(addressBytes, addressBytes).toByteArray();
            boolean ordered = Arrays.compareUnsigned(a, b) <= 0;
            int startPort = random.nextInt(65_536);
            selectors.add(
                    new TrafficSelector(
                            octet(),
                            startPort,
                            startPort + random.nextInt(65_536 - startPort),
                            address(ordered ? a : b),
                            address(ordered ? b : a)));
        }
        return selectors;
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private int octet() {
        return random.nextInt(256);
    }

    private Octets octets(int least, int most) {
        byte[] octets = new byte[least + random.nextInt(most - least + 1)];
        random.nextBytes(octets);
        return Octets.copyOf(octets);
    }
}
