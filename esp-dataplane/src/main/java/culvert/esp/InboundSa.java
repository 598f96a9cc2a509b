package culvert.esp;

import culvert.model.InboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.tunio.AesGcm;
import java.lang.foreign.MemorySegment;

/** An inbound SA: made, used and closed by the inbound thread; its activity is read by anyone. */
final class InboundSa implements SecurityAssociation {
    private final Spi spi;
    private final AesGcm cipher;
    private final ReplayWindow window;
    private final Selectors selectors;
    private final SaActivity activity = new SaActivity();

    private InboundSa(InboundSaParameters parameters, AesGcm cipher, ReplayWindow window) {
        this.cipher = cipher;
        this.window = window;
        spi = parameters.spi();
        selectors = Selectors.of(parameters.sources(), parameters.destinations());
    }

    /** Keys a cipher and wipes the parameters' KEYMAT. */
    static InboundSa keyed(InboundSaParameters parameters, CryptoBackend crypto) {
        return keyed(
                parameters,
                crypto,
                new ReplayWindow(parameters.replayWindow(), parameters.extendedSequenceNumbers()));
    }

    static InboundSa keyed(
            InboundSaParameters parameters, CryptoBackend crypto, ReplayWindow window) {
        try (Secret keymat = parameters.keymat()) {
            AesGcm cipher =
                    crypto.forOpening(
                            parameters.suite(), keymat, parameters.extendedSequenceNumbers());
            return new InboundSa(parameters, cipher, window);
        }
    }

    @Override
    public Spi spi() {
        return spi;
    }

    /** Checks and decrypts a packet; see {@link AesGcm#open}. */
    boolean open(
            long sequenceNumber,
            MemorySegment packet,
            long packetOffset,
            int packetBytes,
            MemorySegment plain,
            long plainOffset) {
        return cipher.open(sequenceNumber, packet, packetOffset, packetBytes, plain, plainOffset);
    }

    ReplayWindow window() {
        return window;
    }

    Selectors selectors() {
        return selectors;
    }

    @Override
    public SaActivity activity() {
        return activity;
    }

    @Override
    public void close() {
        cipher.close();
    }
}
