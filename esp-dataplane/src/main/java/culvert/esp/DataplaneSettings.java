package culvert.esp;

/**
 * How one tunnel's dataplane works.
 *
 * @param mtuBytes the TUN device's MTU at first: the longest inner packet
 * @param crypto whose AES-GCM
 * @param udpSegmentation send runs of datagrams with UDP_SEGMENT, where the socket can
 * @param coalesceTcp join inbound TCP segments before the TUN device, where it can
 * @param coalesceUdp join inbound UDP datagrams likewise
 */
public record DataplaneSettings(
        int mtuBytes,
        CryptoBackend crypto,
        boolean udpSegmentation,
        boolean coalesceTcp,
        boolean coalesceUdp) {
    private static final int SMALLEST_MTU = 576;
    private static final int LARGEST_MTU = 9000;

    public DataplaneSettings {
        requireMtu(mtuBytes);
    }

    static void requireMtu(int mtuBytes) {
        if (mtuBytes < SMALLEST_MTU || mtuBytes > LARGEST_MTU) {
            throw new IllegalArgumentException(
                    "MTU %d is not within %d to %d".formatted(mtuBytes, SMALLEST_MTU, LARGEST_MTU));
        }
    }

    /** Every offload on. */
    public static DataplaneSettings of(int mtuBytes, CryptoBackend crypto) {
        return new DataplaneSettings(mtuBytes, crypto, true, true, true);
    }
}
