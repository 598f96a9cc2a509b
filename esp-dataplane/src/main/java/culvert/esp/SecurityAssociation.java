package culvert.esp;

import culvert.model.Spi;

/** An inbound or outbound SA: made, used and closed by one thread; activity is read by anyone. */
sealed interface SecurityAssociation extends AutoCloseable permits InboundSa, OutboundSa {
    Spi spi();

    SaActivity activity();

    /** Wipes the keys. */
    @Override
    void close();
}
