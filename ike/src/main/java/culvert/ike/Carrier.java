package culvert.ike;

import java.util.Optional;

/** Which of a tunnel's IKE SAs carries it, or is to. */
final class Carrier {
    private Carrier() {}

    /** The IKE SA whose CHILD SA carries packets both ways. */
    static Optional<IkeSa> of(IkeTunnel tunnel) {
        return tunnel.ikeSas().stream()
                .filter(sa -> sa.state() == IkeSa.State.ESTABLISHED)
                .filter(sa -> child(sa).isPresent())
                .findFirst();
    }

    /** The CHILD SA that carries packets both ways. */
    static Optional<ChildSa> child(IkeSa sa) {
        return sa.children().stream().filter(child -> child.use() == ChildSa.Use.BOTH).findFirst();
    }

    /** Whether the IKE SA is one that we have begun, and that is not established yet. */
    static boolean isAttempt(IkeSa sa) {
        return sa.state() == IkeSa.State.INIT_SENT || sa.state() == IkeSa.State.AUTH_SENT;
    }

    /** Whether the IKE SA has a CHILD SA, or is about to have another one. */
    static boolean carriesOrWill(IkeSa sa) {
        return sa.state() == IkeSa.State.ESTABLISHED
                && (sa.hadChild() || sa.liveChild().isPresent());
    }
}
