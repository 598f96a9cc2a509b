package culvert.esp;

import culvert.model.Encapsulation;
import culvert.model.OutboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.tunio.AesGcm;
import java.lang.foreign.MemorySegment;

/** An outbound SA: made, used and closed by the outbound thread; its activity is read by anyone. */
final class OutboundSa implements SecurityAssociation {
    private final Spi spi;
    private final AesGcm cipher;
    private final SequenceCounter sequence;
    private final Selectors selectors;
    private final Encapsulation encapsulation;
    private final SaActivity activity = new SaActivity();

    private OutboundSa(OutboundSaParameters parameters, AesGcm cipher, SequenceCounter sequence) {
        this.cipher = cipher;
        this.sequence = sequence;
        spi = parameters.spi();
        selectors = Selectors.of(parameters.sources(), parameters.destinations());
        encapsulation = parameters.encapsulation();
    }

    /** Keys a cipher and wipes the parameters' KEYMAT. */
    static OutboundSa keyed(OutboundSaParameters parameters, CryptoBackend crypto) {
        return keyed(parameters, crypto, new SequenceCounter(parameters.extendedSequenceNumbers()));
    }

    static OutboundSa keyed(
            OutboundSaParameters parameters, CryptoBackend crypto, SequenceCounter sequence) {
        try (Secret keymat = parameters.keymat()) {
            AesGcm cipher =
                    crypto.forSealing(
                            parameters.suite(), keymat, parameters.extendedSequenceNumbers());
            return new OutboundSa(parameters, cipher, sequence);
        }
    }

    @Override
    public Spi spi() {
        return spi;
    }

    /** Encrypts behind a packet's header; see {@link AesGcm#seal}. */
    boolean seal(
            long sequenceNumber,
            MemorySegment plain,
            long plainOffset,
            int plainBytes,
            MemorySegment packet,
            long packetOffset) {
        return cipher.seal(sequenceNumber, plain, plainOffset, plainBytes, packet, packetOffset);
    }

    SequenceCounter sequence() {
        return sequence;
    }

    Selectors selectors() {
        return selectors;
    }

    Encapsulation encapsulation() {
        return encapsulation;
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
