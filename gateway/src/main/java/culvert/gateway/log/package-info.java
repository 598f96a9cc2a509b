/**
 * The log: one line per event on stderr, for people, for logfmt readers or for JSON readers. Rate
 * limited, and free of control characters whoever chose the words. Code logs through SLF4J; an
 * event's facts travel as its key-value pairs, see {@link culvert.gateway.log.LogKey}.
 */
package culvert.gateway.log;
