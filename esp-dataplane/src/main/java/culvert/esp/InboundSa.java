package culvert.esp;

import culvert.model.InboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;

/** An inbound SA: made, used and closed by the inbound thread; its activity is read by anyone. */
final class InboundSa implements SecurityAssociation {
    private final Spi spi;
    private final AesGcm cipher;
    private final ReplayWindow window;
    private final Selectors selectors;
    private final SaActivity activity = new SaActivity();

    private InboundSa(InboundSaParameters parameters, AesGcm cipher) {
        this.cipher = cipher;
        spi = parameters.spi();
        window = new ReplayWindow(parameters.replayWindow());
        selectors = Selectors.of(parameters.sources(), parameters.destinations());
    }

    /** Keys a cipher and wipes the parameters' KEYMAT. */
    static InboundSa keyed(InboundSaParameters parameters, CryptoBackend crypto) {
        try (Secret keymat = parameters.keymat()) {
            return new InboundSa(parameters, crypto.forOpening(parameters.suite(), keymat));
        }
    }

    @Override
    public Spi spi() {
        return spi;
    }

    AesGcm cipher() {
        return cipher;
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
