package culvert.gateway.control;

import java.util.concurrent.CompletionStage;

/**
 * An answer that takes time.
 *
 * @param reply completed on any thread
 */
public record ControlPromise(CompletionStage<ControlReply> reply) implements ControlAnswer {}
