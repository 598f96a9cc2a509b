package culvert.perf;

import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import java.time.Duration;

/** What can happen to the tunnel that carries the traffic. */
enum Failure {
    /** Frames vanish both ways, every link stays up; AWS's own view follows its timers. */
    SILENT_DEATH("silent death of the active tunnel", 6) {
        @Override
        void happen(FailoverLab lab, Endpoint active) {
            lab.topology().drop(active);
        }

        @Override
        void mend(FailoverLab lab, Endpoint active) {
            lab.topology().restore(active);
        }
    },
    /** The same while AWS sends through the other tunnel: what we do alone. */
    SILENT_DEATH_OUTBOUND("silent death, our direction alone", 4) {
        @Override
        void prepare(FailoverLab lab, Endpoint active) {
            lab.leadVpcAwayFrom(active);
        }

        @Override
        void happen(FailoverLab lab, Endpoint active) {
            lab.topology().drop(active);
        }

        @Override
        void mend(FailoverLab lab, Endpoint active) {
            lab.topology().restore(active);
            lab.leadVpcAnyWay();
        }
    },
    NOTIFICATION("the peer ends the BGP session", 4) {
        @Override
        void happen(FailoverLab lab, Endpoint active) {
            lab.bird(active).shutSession();
        }

        @Override
        void mend(FailoverLab lab, Endpoint active) {
            lab.bird(active).openSession();
        }
    },
    DELETE("the peer deletes the tunnel", 4) {
        @Override
        void happen(FailoverLab lab, Endpoint active) {
            lab.tunnel(active).terminate();
        }

        @Override
        void mend(FailoverLab lab, Endpoint active) {
            // Culvert begins again by itself.
        }
    },
    PLANNED_DOWN("`culvert down` of the active tunnel", 6) {
        @Override
        void happen(FailoverLab lab, Endpoint active) {
            lab.control().ask("down " + active.tunnelName());
        }

        @Override
        void mend(FailoverLab lab, Endpoint active) {
            lab.awaitTraffic();
        }
    },
    /** Follows {@link #PLANNED_DOWN}; lasts beyond the hold-down of 30 s. */
    RETURN("`culvert up`, the tunnel returns", 38) {
        @Override
        void happen(FailoverLab lab, Endpoint active) {
            for (Endpoint endpoint : Endpoint.values()) {
                lab.control().ask("up " + endpoint.tunnelName());
            }
        }

        @Override
        void mend(FailoverLab lab, Endpoint active) {
            // All is well already.
        }
    };

    private final String text;
    private final int seconds;

    Failure(String text, int seconds) {
        this.text = text;
        this.seconds = seconds;
    }

    /** What one of them did to the traffic, and to whoever wants something of the daemon. */
    record Sample(double silenceMillis, long lost, double loopMillis) {}

    String text() {
        return text;
    }

    void prepare(FailoverLab lab, Endpoint active) {}

    abstract void happen(FailoverLab lab, Endpoint active);

    abstract void mend(FailoverLab lab, Endpoint active);

    Sample measure(FailoverLab lab) {
        Endpoint active = lab.active();
        prepare(lab, active);
        Sample sample;
        try (var watch = new LoopWatch(lab.control())) {
            EchoReport echo = lab.during(Duration.ofSeconds(seconds), () -> happen(lab, active));
            sample = new Sample(echo.longestSilenceMillis(), echo.lost(), watch.longestMillis());
        }
        mend(lab, active);
        if (this != PLANNED_DOWN) {
            lab.settle();
        }
        return sample;
    }
}
