package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.routing.EchoTally.Verdict;
import org.junit.jupiter.api.Test;

class EchoTallyTest {
    private final EchoTally tally = new EchoTally();
    private long packetsIn;

    @Test
    void nothingIsSaidOfAPeerThatNeverAnswers() {
        tally.newSa(0);
        send(100);
        assertEquals(Verdict.UNKNOWN, tally.verdict());
        assertFalse(tally.isDoubtful());
    }

    @Test
    void threeMissesInSilenceAreADeath() {
        answeredOnce();
        send(1);
        send(2);
        assertEquals(Verdict.ALIVE, tally.verdict());
        assertTrue(tally.isDoubtful());
        send(1);
        assertEquals(Verdict.DEAD, tally.verdict());
    }

    @Test
    void whilePacketsComeInItTakesTwelve() {
        answeredOnce();
        send(1);
        for (int miss = 1; miss < EchoTally.MISSES; miss++) {
            packetsIn++;
            send(1);
            assertEquals(Verdict.ALIVE, tally.verdict(), "after " + miss);
        }
        packetsIn++;
        send(1);
        assertEquals(Verdict.DEAD, tally.verdict());
    }

    @Test
    void aLateReplyEndsTheDoubt() {
        answeredOnce();
        send(3);
        tally.reply(10);
        assertFalse(tally.isDoubtful());
        send(3);
        assertEquals(Verdict.ALIVE, tally.verdict());
    }

    @Test
    void theDeadReturnWithAReply() {
        answeredOnce();
        send(4);
        assertEquals(Verdict.DEAD, tally.verdict());
        tally.reply(20);
        assertEquals(Verdict.ALIVE, tally.verdict());
    }

    @Test
    void onANewSaThePeerMustAnswerAnewBeforeItsSilenceCounts() {
        answeredOnce();
        tally.newSa(50);
        tally.reply(49); // of a request on the old SA
        send(100);
        assertEquals(Verdict.ALIVE, tally.verdict());
        tally.reply(51);
        send(4);
        assertEquals(Verdict.DEAD, tally.verdict());
    }

    @Test
    void aNewSaVoidsADeath() {
        answeredOnce();
        send(4);
        tally.newSa(50);
        assertEquals(Verdict.UNKNOWN, tally.verdict());
    }

    private void answeredOnce() {
        tally.newSa(0);
        send(1);
        tally.reply(1);
    }

    private void send(int requests) {
        for (int i = 0; i < requests; i++) {
            tally.sending(packetsIn);
        }
    }
}
