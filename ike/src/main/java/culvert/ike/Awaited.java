package culvert.ike;

import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.KeyExchangeMethod;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.util.List;

/** The SA that a peer's CREATE_CHILD_SA asked for, until its additional key exchanges are done. */
sealed interface Awaited {
    /** The methods to come, in order. */
    List<KeyExchangeMethod> additional();

    /** Nothing is to come of it. */
    void discard(Turn turn);

    /** A CHILD SA besides those that there are. */
    record NewChild(ChildAgreement agreement) implements Awaited {
        @Override
        public List<KeyExchangeMethod> additional() {
            return agreement.proposal().additional();
        }

        @Override
        public void discard(Turn turn) {
            agreement.discard(turn);
        }
    }

    /** The successor of a CHILD SA. */
    record ChildRekey(ChildAgreement agreement, ChildSa old) implements Awaited {
        @Override
        public List<KeyExchangeMethod> additional() {
            return agreement.proposal().additional();
        }

        @Override
        public void discard(Turn turn) {
            agreement.discard(turn);
        }
    }

    /**
     * The successor of the IKE SA.
     *
     * @param sharedSecret owned by this
     */
    record IkeRekey(
            IkeSuite suite,
            Secret sharedSecret,
            Octets nonceI,
            Octets nonceR,
            IkeSpi spiI,
            IkeSpi spiR)
            implements Awaited {
        @Override
        public List<KeyExchangeMethod> additional() {
            return suite.additional();
        }

        @Override
        public void discard(Turn turn) {
            sharedSecret.close();
        }
    }
}
