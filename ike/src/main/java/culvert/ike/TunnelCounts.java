package culvert.ike;

/** What is counted of one tunnel since the start of the process, whichever its IKE SAs were. */
final class TunnelCounts {
    private final ErrorNotifies errorNotifies = new ErrorNotifies();
    private long retransmits;
    private long childRekeyCollisions;

    ErrorNotifies errorNotifies() {
        return errorNotifies;
    }

    void retransmit() {
        retransmits++;
    }

    long retransmits() {
        return retransmits;
    }

    void childRekeyCollision() {
        childRekeyCollisions++;
    }

    long childRekeyCollisions() {
        return childRekeyCollisions;
    }
}
