import org.jspecify.annotations.NullMarked;

/** The composition root: the daemon, its control loop and socket, and the command line. */
@NullMarked
module culvert.gateway {
    requires static org.jspecify;
    requires com.fasterxml.jackson.core;
    requires culvert.bgp;
    requires culvert.config;
    requires culvert.esp;
    requires culvert.ike;
    requires culvert.lab;
    requires culvert.model;
    requires culvert.tunio;
    requires info.picocli;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.handler;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires java.management;
    requires java.net.http;
    requires jdk.unsupported;
    requires org.slf4j;

    provides org.slf4j.spi.SLF4JServiceProvider with
            culvert.gateway.log.LogProvider;

    opens culvert.gateway.cli to
            info.picocli;
}
