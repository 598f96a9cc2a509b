package culvert.tunio;

import static culvert.tunio.NetlinkMessage.NLM_F_CREATE;
import static culvert.tunio.NetlinkMessage.NLM_F_DUMP;
import static culvert.tunio.NetlinkMessage.NLM_F_REPLACE;

import java.util.List;
import java.util.Optional;

/** The nexthop objects of a namespace ({@link Rtnetlink}), as far as they are Culvert's. */
public final class NexthopTable {
    private final NetlinkSocket socket;

    NexthopTable(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Creates the nexthop, or changes it and so every route that refers to it, in one step. */
    public void replace(Nexthop nexthop) {
        NetlinkMessage message =
                socket.begin(NexthopMessage.RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_REPLACE);
        NexthopMessage.encode(message, nexthop);
        socket.require("set the nexthop " + nexthop.id(), message);
    }

    /**
     * Deletes the nexthop and every route that refers to it.
     *
     * @return false when there was none
     */
    public boolean delete(int id) {
        NetlinkMessage message = socket.begin(NexthopMessage.RTM_DELNEXTHOP, 0);
        NexthopMessage.encodeKey(message, id);
        NetlinkSocket.Answer answer = socket.execute(message);
        if (answer.errno() != 0 && answer.errno() != Errno.ENOENT) {
            throw NetlinkSocket.failure("delete the nexthop " + id, answer);
        }
        return answer.errno() == 0;
    }

    /** The nexthops of Culvert. */
    public List<Nexthop> list() {
        return socket
                .query(
                        "list the nexthops",
                        () ->
                                NexthopMessage.encodeDump(
                                        socket.begin(NexthopMessage.RTM_GETNEXTHOP, NLM_F_DUMP)),
                        NexthopMessage.RTM_NEWNEXTHOP,
                        NexthopMessage::decode)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }
}
