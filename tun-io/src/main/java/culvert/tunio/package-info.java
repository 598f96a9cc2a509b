/**
 * Linux as Culvert uses it: TUN devices, UDP sockets, waiting, rtnetlink, ICMP echo. The packet
 * calls ({@link culvert.tunio.TunDevice}, {@link culvert.tunio.UdpSender}, {@link
 * culvert.tunio.UdpReceiver}, {@link culvert.tunio.Poller}) answer with bytes or {@code -errno} and
 * allocate nothing; all others throw {@link culvert.tunio.TunIoException} with a text for people.
 * Every native call goes through one class, Libc.
 */
package culvert.tunio;
