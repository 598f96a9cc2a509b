package culvert.gateway.routing;

/**
 * What the echo replies of one tunnel say. Pure: told of time and events, asked for a verdict.
 *
 * <p>A peer is found dead only if it has answered on the same SA before, since many never answer
 * echo requests. Three requests without a reply are enough while nothing else comes in either;
 * while packets do come in, the way back lives and a request may have been lost to overload, so it
 * takes twelve.
 *
 * <p>A peer that answered on an SA before, and from which nothing at all comes on this one, is not
 * dead but mute: it may have lost the half of the new SA that it sends with, or be another one now
 * that answers nobody. So after a few mute SAs in a row that is taken for its nature.
 */
final class EchoTally {
    static final int SILENT_MISSES = 3;
    static final int MISSES = 12;
    static final int MUTE_SAS = 5;

    enum Verdict {
        /** No reply on any SA yet. */
        UNKNOWN,
        ALIVE,
        DEAD
    }

    private Verdict verdict = Verdict.UNKNOWN;
    private boolean answeredOnSa;
    private int mayBeMute;
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

    /** Whether nothing comes on this SA from a peer that answered on one before. */
    boolean isMute() {
        return mayBeMute > 0 && !answeredOnSa && silentMisses >= SILENT_MISSES;
    }

    /** The tunnel has another SA: a verdict of death is void, silence must be proven anew. */
    void newSa(long nowNanos) {
        saSinceNanos = nowNanos;
        if (isMute()) {
            mayBeMute--;
        }
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
        mayBeMute = MUTE_SAS;
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
        if (waiting) {
            silentMisses = silent ? silentMisses + 1 : 0;
        }
        if (waiting && answeredOnSa) {
            misses++;
            if (silentMisses >= SILENT_MISSES || misses >= MISSES) {
                verdict = Verdict.DEAD;
            }
        }
        waiting = true;
    }
}
