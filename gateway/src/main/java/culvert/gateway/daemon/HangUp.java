package culvert.gateway.daemon;

import sun.misc.Signal;

/** SIGHUP, which other daemons take for "read your configuration again", and so do we. */
final class HangUp {
    private HangUp() {}

    /** Without this the JVM ends on it. */
    static void handle(Runnable work) {
        Signal.handle(new Signal("HUP"), signal -> work.run());
    }
}
