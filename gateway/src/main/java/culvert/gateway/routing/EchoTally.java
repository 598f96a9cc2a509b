package culvert.gateway.routing;

/**
 * What the echo replies of one tunnel say. Pure: told of time and events, asked for a verdict.
 *
 * <p>A peer is found dead only if it has answered on the same SA before, since many never answer
 * echo requests. Three requests without a reply are enough while nothing else comes in either;
 * while packets do come in, the way back lives and a request may have been lost to overload, so it
 * takes twelve.
 */
final class EchoTally {
    static final int SILENT_MISSES = 3;
    static final int MISSES = 12;

    enum Verdict {
        /** No reply on any SA yet. */
        UNKNOWN,
        ALIVE,
        DEAD
    }

    private Verdict verdict = Verdict.UNKNOWN;
    private boolean answeredOnSa;
    private long saSinceNanos;
    private boolean waiting;
    private long packetsIn;
    private int misses;
    private int silentMisses;

    Verdict verdict() {
        return verdict;
    }

    /** Whether the last request, or more, went without reply. */
    boolean isDoubtful() {
        return misses > 0 && verdict != Verdict.DEAD;
    }

    int misses() {
        return misses;
    }

    /** The tunnel has another SA: a verdict of death is void, silence must be proven anew. */
    void newSa(long nowNanos) {
        saSinceNanos = nowNanos;
        answeredOnSa = false;
        waiting = false;
        misses = 0;
        silentMisses = 0;
        if (verdict == Verdict.DEAD) {
            verdict = Verdict.UNKNOWN;
        }
    }

    /**
     * A reply came.
     *
     * @param sentNanos when its request was sent
     */
    void reply(long sentNanos) {
        if (sentNanos - saSinceNanos < 0) {
            return;
        }
        answeredOnSa = true;
        waiting = false;
        misses = 0;
        silentMisses = 0;
        verdict = Verdict.ALIVE;
    }

    /**
     * A request is sent now; counts the one before it when that was not answered.
     *
     * @param packetsInNow authentic packets that came in so far, of any kind
     */
    void sending(long packetsInNow) {
        boolean silent = packetsInNow == packetsIn;
        packetsIn = packetsInNow;
        if (waiting && answeredOnSa) {
            misses++;
            silentMisses = silent ? silentMisses + 1 : 0;
            if (silentMisses >= SILENT_MISSES || misses >= MISSES) {
                verdict = Verdict.DEAD;
            }
        }
        waiting = true;
    }
}
