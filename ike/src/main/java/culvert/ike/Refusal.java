package culvert.ike;

import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;

/** What one side says cannot be accepted by the other: the notify to answer, and why for people. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final transient NotifyPayload notify;
    private final transient Reason reason;

    Refusal(NotifyPayload notify, Reason reason) {
        super(reason.text(), null, false, false);
        this.notify = notify;
        this.reason = reason;
    }

    Refusal(int notifyType, Reason reason) {
        this(NotifyPayload.of(notifyType), reason);
    }

    static Refusal syntax(String text) {
        return new Refusal(NotifyType.INVALID_SYNTAX, Reason.of(text));
    }

    NotifyPayload notifyPayload() {
        return notify;
    }

    Reason reason() {
        return reason;
    }
}
