package culvert.gateway.doctor;

/** Is there a daemon to speak of? */
final class DaemonCheck implements Check {
    @Override
    public String name() {
        return "daemon";
    }

    @Override
    public Result examine(Patient patient) {
        Daemon daemon = patient.daemon();
        if (daemon.answers()) {
            return new Result.Pass(
                    "version %s, pid %d"
                            .formatted(
                                    daemon.status().text("version"),
                                    daemon.status().number("pid")));
        }
        String words = daemon.answer().text().strip();
        return daemon.forbids()
                ? new Result.Unknown(words)
                : new Result.Fail(
                        words,
                        "systemctl start culvert; 'journalctl -u culvert' says why it ended");
    }
}
