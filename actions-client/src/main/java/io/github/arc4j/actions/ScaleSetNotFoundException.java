package io.github.arc4j.actions;

/** There is no such scale set; GitHub removes scale sets that were not used for long. */
public final class ScaleSetNotFoundException extends ActionsServiceException {
    /** Creates the exception. */
    public ScaleSetNotFoundException(String message, ErrorDetails details) {
        super(message, details);
    }
}
