package culvert.ike;

/** So many at once, and then one per interval. */
final class TokenBucket {
    private final int most;
    private final long intervalNanos;
    private int tokens;
    private long countedNanos;

    TokenBucket(int most, long intervalNanos) {
        this.most = most;
        this.intervalNanos = intervalNanos;
        this.tokens = most;
    }

    boolean take(long nowNanos) {
        refill(nowNanos);
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }

    void giveBack() {
        tokens = Math.min(most, tokens + 1);
    }

    boolean isFull(long nowNanos) {
        refill(nowNanos);
        return tokens == most;
    }

    private void refill(long nowNanos) {
        if (tokens == most) {
            countedNanos = nowNanos;
            return;
        }
        long earned = (nowNanos - countedNanos) / intervalNanos;
        tokens = (int) Math.min(most, tokens + earned);
        countedNanos += earned * intervalNanos;
    }
}
