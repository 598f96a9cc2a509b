package culvert.gateway.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRequestTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "status text",
                "status json",
                "routes text",
                "routes json",
                "watch",
                "sa text",
                "sa json",
                "bgp text",
                "bgp json",
                "events json",
                "follow json",
                "follow text",
                "up aws-1",
                "down aws-1",
                "rekey-child aws-1",
                "rekey-ike aws-1"
            })
    void readsWhatItWrites(String line) {
        assertEquals(Optional.of(line), ControlRequest.ofLine(line).map(ControlRequest::toLine));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "status",
                "status xml",
                "up",
                "up ",
                "up a b",
                "watch me",
                "events",
                "follow me",
                "sa xml",
                "reboot now",
                "\0\0"
            })
    void refusesEverythingElse(String line) {
        assertEquals(Optional.empty(), ControlRequest.ofLine(line));
    }

    @Test
    void replyKeepsItsTextAndCode() {
        ControlReply reply = new ControlReply(ExitCode.DEGRADED, "one\ntwo\n");
        assertEquals(reply, ControlReply.ofWire(reply.toWire()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x\n", "99\nhello", "\n"})
    void replyThatIsNoneIsAFailure(String wire) {
        assertEquals(ExitCode.FAILURE, ControlReply.ofWire(wire).exitCode());
    }
}
