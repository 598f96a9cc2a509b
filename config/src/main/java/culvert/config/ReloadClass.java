package culvert.config;

/** What a changed key costs while the gateway runs. */
public enum ReloadClass {
    /** Nothing is interrupted: SAs, sessions and counters stay. */
    LIVE("live"),

    /** The IKE SA is rekeyed, and traffic goes on. */
    REKEY_IKE_SA("rekey"),

    /** The CHILD SA is rekeyed, and traffic goes on. */
    REKEY_CHILD_SA("rekey"),

    /** The BGP session ends and starts anew; the tunnel's SAs stay. */
    RESTART_SESSION("restart-session"),

    /** The tunnel's SAs are deleted and negotiated anew; other tunnels do not notice. */
    RESTART_TUNNEL("restart-tunnel"),

    /** Cannot be changed while the process runs. */
    RESTART_DAEMON("restart-daemon");

    private final String word;

    ReloadClass(String word) {
        this.word = word;
    }

    /** As people read it. */
    public String word() {
        return word;
    }
}
