package io.github.arc4j.actions.errors;

import io.github.arc4j.actions.ScaleSetApi;

/** The runner group already has a scale set with this name; see {@link ScaleSetApi#findScaleSet}. */
public final class ScaleSetExistsException extends ActionsServiceException {
    /**
     * Creates the exception.
     *
     * @param message text of the exception
     * @param details the details of the failure
     */
    public ScaleSetExistsException(String message, ErrorDetails details) {
        super(message, details);
    }
}
