package culvert.config;

import static culvert.config.Parsed.bad;
import static culvert.config.Parsed.ok;
import static culvert.config.Words.quote;

import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses, prefixes and what is made of them. Never asks the DNS. */
final class AddressTypes {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    /** Four decimal octets: the shorter forms that inet_aton(3) takes are typing errors here. */
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern HOST_PORT = Pattern.compile("(.+):([0-9]{1,5})");

    private static final String SIX = "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*";
    private static final String ANY = "(" + IPV4 + "|" + SIX + ")";

    static final ValueType<InetAddress> OUTSIDE_ADDRESS =
            ValueType.of(
                    "unicast IP address",
                    "198.18.0.1",
                    new WordShape.Text(ANY),
                    AddressTypes::outsideAddress);

    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    private static final Pattern HOST_LETTERS = Pattern.compile("[A-Za-z0-9.-]+");

    /** What nobody writes who means a name. */
    private static final Pattern ADDRESS_LIKE =
            Pattern.compile(IPV4 + "|[0-9A-Fa-f.]*[:/%][0-9A-Za-z:.%/]*");

    static final ValueType<PeerHost> PEER_HOST =
            ValueType.of(
                    "unicast IP address, or host name with its domain",
                    "198.18.0.1",
                    new WordShape.Text(
                            "(%s|(%s\\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
                                    .formatted(ANY, LABEL)),
                    AddressTypes::peerHost);

    static final ValueType<InetAddress> NEIGHBOR_ADDRESS =
            ValueType.of(
                    "unicast IP address",
                    "192.168.10.2",
                    new WordShape.Text(ANY),
                    AddressTypes::outsideAddress);

    static final ValueType<Inet4Address> ROUTER_ID =
            ValueType.of(
                    "IPv4 address",
                    "192.168.10.1",
                    new WordShape.Text(IPV4.pattern()),
                    AddressTypes::routerId);

    static final ValueType<IpPrefix> PREFIX =
            ValueType.of(
                    "prefix",
                    "10.20.0.0/16",
                    new WordShape.Text(ANY + "/(" + LENGTH + ")"),
                    AddressTypes::prefix);

    static final ValueType<InsideAddress> INSIDE_ADDRESS =
            ValueType.of(
                    "host address with /30 or /126",
                    "169.254.10.2/30",
                    new WordShape.Text("(" + IPV4 + "/30|" + SIX + "/126)"),
                    AddressTypes::insideAddress);

    static final ValueType<LanAddress> LAN_ADDRESS =
            ValueType.of(
                    "address with the prefix length of its network",
                    "192.168.10.1/24",
                    new WordShape.Text(ANY + "/(" + LENGTH + ")"),
                    AddressTypes::lanAddress);

    static final ValueType<InetSocketAddress> SOCKET_ADDRESS =
            ValueType.of(
                    "ADDRESS:PORT",
                    "127.0.0.1:9179",
                    new WordShape.Text(HOST_PORT.pattern()),
                    AddressTypes::socketAddress);

    private AddressTypes() {}

    static Parsed<InetAddress> address(String word) {
        if (word.indexOf('%') >= 0) {
            return bad(quote(word) + " has a zone", "write an address that needs no '%' zone");
        }
        if (word.indexOf('/') >= 0) {
            return bad(
                    quote(word) + " is a prefix, not an address", "remove the '/' and the length");
        }
        if (IPV4.matcher(word).matches()
                || (word.indexOf(':') >= 0 && IPV6.matcher(word).matches())) {
            try {
                InetAddress address = InetAddress.ofLiteral(word);
                return word.indexOf(':') < 0 || address.getAddress().length == 16
                        ? ok(address)
                        : bad(
                                quote(word) + " is an IPv4 address in IPv6 form",
                                "write " + address.getHostAddress());
            } catch (IllegalArgumentException notAnAddress) {
                // Right letters, wrong order: falls through to the common message.
            }
        }
        return bad(
                quote(word) + " is not an IP address",
                "write digits such as 198.18.0.1 or 2001:db8::1; names are not looked up");
    }

    private static Parsed<InetAddress> outsideAddress(String word) {
        return address(word)
                .then(
                        address -> {
                            if (address.isAnyLocalAddress()) {
                                return bad(
                                        word + " stands for every address",
                                        "write the one address that is to be used");
                            }
                            if (address.isMulticastAddress() || word.equals("255.255.255.255")) {
                                return bad(
                                        word + " is not the address of one host",
                                        "write a unicast address");
                            }
                            return ok(address);
                        });
    }

    /** Names are left to the daemon, which looks them up again and again. */
    private static Parsed<PeerHost> peerHost(String word) {
        if (ADDRESS_LIKE.matcher(word).matches()) {
            return outsideAddress(word).then(address -> ok(new PeerHost.Address(address)));
        }
        String hint = "write an address, or a name such as vpn.example.com";
        return HOST_LETTERS.matcher(word).matches()
                ? Parsed.attemptLong(word, PeerHost.Name::new, hint)
                : bad(
                        quote(word) + " is not a host name",
                        "write letters, digits, '.' and '-', other letters in their xn-- form");
    }

    private static Parsed<Inet4Address> routerId(String word) {
        return address(word)
                .then(
                        address ->
                                // RFC 6286 2.1: any four octets but zero.
                                address instanceof Inet4Address id && !id.isAnyLocalAddress()
                                        ? ok(id)
                                        : bad(
                                                quote(word) + " cannot be a BGP identifier",
                                                "write an IPv4 address of this site"));
    }

    static Parsed<IpPrefix> prefix(String word) {
        int slash = word.indexOf('/');
        if (slash < 0) {
            return address(word)
                    .then(
                            address ->
                                    bad(
                                            quote(word) + " has no prefix length",
                                            "write %s/%d for this one address"
                                                    .formatted(word, bits(address))));
        }
        return address(word.substring(0, slash))
                .then(
                        address ->
                                length(address, word.substring(slash + 1))
                                        .then(
                                                length -> {
                                                    IpPrefix prefix =
                                                            IpPrefix.containing(address, length);
                                                    return prefix.network().equals(address)
                                                            ? ok(prefix)
                                                            : bad(
                                                                    quote(word)
                                                                            + " has bits set after the prefix",
                                                                    "write " + prefix);
                                                }));
    }

    private static Parsed<Integer> length(InetAddress address, String word) {
        if (!LENGTH.matcher(word).matches() || Integer.parseInt(word) > bits(address)) {
            return bad(
                    quote(word) + " is not a prefix length",
                    "write a number from 0 to " + bits(address));
        }
        return ok(Integer.parseInt(word));
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * 8;
    }

    private static Parsed<LanAddress> lanAddress(String word) {
        int slash = word.indexOf('/');
        if (slash < 0) {
            return address(word)
                    .then(
                            address ->
                                    bad(
                                            quote(word) + " has no prefix length",
                                            "write that of the LAN, such as %s/%d"
                                                    .formatted(
                                                            word, bits(address) == 32 ? 24 : 64)));
        }
        return outsideAddress(word.substring(0, slash))
                .then(
                        address ->
                                length(address, word.substring(slash + 1))
                                        .then(length -> ok(new LanAddress(address, length))));
    }

    private static Parsed<InsideAddress> insideAddress(String word) {
        int slash = word.indexOf('/');
        return address(slash < 0 ? word : word.substring(0, slash))
                .then(
                        address ->
                                insideAddress(
                                        word, address, slash < 0 ? "" : word.substring(slash + 1)));
    }

    private static Parsed<InsideAddress> insideAddress(
            String word, InetAddress address, String length) {
        int wanted = InsideAddress.lengthFor(address);
        if (!length.equals(Integer.toString(wanted))) {
            return bad(
                    quote(word) + " is not a host of a /%d".formatted(wanted),
                    "write %s/%d".formatted(address.getHostAddress(), wanted));
        }
        IpPrefix block = IpPrefix.containing(address, wanted);
        InetAddress first = InsideAddress.firstHost(block);
        InetAddress second = InsideAddress.secondHost(block);
        if (address.equals(first)) {
            return ok(new InsideAddress(address, wanted, second));
        }
        return address.equals(second)
                ? ok(new InsideAddress(address, wanted, first))
                : bad(
                        "%s is not one of the two hosts of %s"
                                .formatted(address.getHostAddress(), block),
                        "write %s/%d or %s/%d, whichever is ours"
                                .formatted(
                                        first.getHostAddress(),
                                        wanted,
                                        second.getHostAddress(),
                                        wanted));
    }

    private static Parsed<InetSocketAddress> socketAddress(String word) {
        Matcher matcher = HOST_PORT.matcher(word);
        if (!matcher.matches()) {
            return bad(
                    quote(word) + " is not ADDRESS:PORT",
                    "write 127.0.0.1:9179, or \"[::1]:9179\" in quotes");
        }
        int port = Integer.parseInt(matcher.group(2));
        if (port < 1 || port > 0xFFFF) {
            return bad(port + " is not a port", "write a port from 1 to 65535");
        }
        String host = matcher.group(1);
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        return address(brackets ? host.substring(1, host.length() - 1) : host)
                .then(
                        address ->
                                brackets == (bits(address) == 128)
                                        ? ok(new InetSocketAddress(address, port))
                                        : bad(
                                                quote(word) + " is not ADDRESS:PORT",
                                                "write brackets around an IPv6 address and only"
                                                        + " there"));
    }
}
