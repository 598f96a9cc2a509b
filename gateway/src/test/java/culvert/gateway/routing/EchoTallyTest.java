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

    @Test
    void aPeerThatFallsSilentWithANewSaIsMuteAndNotDead() {
        answeredOnce();
        tally.newSa(50);
        send(EchoTally.SILENT_MISSES);
        assertFalse(tally.isMute());
        send(1);
        assertTrue(tally.isMute());
        assertEquals(Verdict.ALIVE, tally.verdict());
        assertFalse(tally.isDoubtful());
        tally.reply(60);
        assertFalse(tally.isMute());
    }

    @Test
    void whoSendsAnythingIsNotMute() {
        answeredOnce();
        tally.newSa(50);
        for (int i = 0; i < 100; i++) {
            packetsIn += i % EchoTally.SILENT_MISSES == 0 ? 1 : 0;
            send(1);
            assertFalse(tally.isMute());
        }
    }

    @Test
    void whoNeverAnsweredIsNotMute() {
        tally.newSa(0);
        send(100);
        tally.newSa(50);
        send(100);
        assertFalse(tally.isMute());
    }

    @Test
    void aDeadPeerCanBeMuteOnTheNextSa() {
        answeredOnce();
        send(4);
        assertFalse(tally.isMute());
        tally.newSa(50);
        send(4);
        assertTrue(tally.isMute());
    }

    @Test
    void afterAFewMuteSasThePeerIsTakenForOneThatAnswersNobody() {
        answeredOnce();
        for (int sa = 1; sa <= EchoTally.MUTE_SAS; sa++) {
            tally.newSa(50L * sa);
            send(100);
            assertTrue(tally.isMute(), "SA " + sa);
        }
        tally.newSa(1000);
        send(100);
        assertFalse(tally.isMute());
        tally.reply(1001);
        tally.newSa(2000);
        send(4);
        assertTrue(tally.isMute());
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
