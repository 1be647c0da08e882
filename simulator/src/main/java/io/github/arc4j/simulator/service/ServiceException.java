package io.github.arc4j.simulator.service;

/** An error response of the service: status, {@code typeName}, message. */
public final class ServiceException extends RuntimeException {
    private static final String RUNTIME = "GitHub.Actions.Runtime.WebApi.";
    private static final String TASK = "GitHub.DistributedTask.WebApi.";

    private final int status;
    private final String typeName;

    private ServiceException(int status, String typeName, String message) {
        super(message, null, false, false);
        this.status = status;
        this.typeName = typeName;
    }

    public int status() {
        return status;
    }

    public String typeName() {
        return typeName;
    }

    /** The type name without its namespace and assembly. */
    public String typeKey() {
        String name = typeName.substring(0, Math.max(0, typeName.indexOf(',')));
        return name.substring(name.lastIndexOf('.') + 1);
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    private static ServiceException runtime(int status, String type, String message) {
        return new ServiceException(status, RUNTIME + type + ", GitHub.Actions.Runtime.WebApi", message);
    }

    private static ServiceException task(int status, String type, String message) {
        return new ServiceException(status, TASK + type + ", GitHub.DistributedTask.WebApi", message);
    }

    /** An unexpected error. */
    public static ServiceException internal(String message) {
        return new ServiceException(500, "System.InvalidOperationException, mscorlib", message);
    }

    public static ServiceException badRequest(String message) {
        return new ServiceException(
                400,
                "Microsoft.VisualStudio.Services.Common.VssPropertyValidationException,"
                        + " Microsoft.VisualStudio.Services.Common",
                message);
    }

    public static ServiceException unauthorized(String message) {
        return new ServiceException(
                401,
                "Microsoft.VisualStudio.Services.Common.VssUnauthorizedException,"
                        + " Microsoft.VisualStudio.Services.Common",
                message);
    }

    /** An error of the REST API, whose errors have no type. */
    public static ServiceException notFound(String message) {
        return new ServiceException(404, "", message);
    }

    public static ServiceException scaleSetExists(String name) {
        return runtime(409, "RunnerScaleSetExistsException", "Runner scale set " + name + " already exists.");
    }

    public static ServiceException scaleSetNotFound(int id) {
        return runtime(404, "RunnerScaleSetNotFoundException", "No runner scale set found with identifier " + id + ".");
    }

    public static ServiceException runnerGroupNotFound(int id) {
        return runtime(404, "RunnerGroupNotFoundException", "No runner group found with identifier " + id + ".");
    }

    public static ServiceException sessionConflict(String scaleSet, String owner) {
        return runtime(
                409,
                "RunnerScaleSetSessionConflictException",
                "The runner scale set " + scaleSet + " already has an active session for owner " + owner + ".");
    }

    public static ServiceException sessionNotFound(Object id) {
        return runtime(404, "RunnerScaleSetSessionNotFoundException", "No session found with identifier " + id + ".");
    }

    public static ServiceException sessionExpired(Object id) {
        return task(400, "TaskAgentSessionExpiredException", "The session " + id + " has expired.");
    }

    public static ServiceException messageNotFound(long id) {
        return runtime(404, "MessageNotFoundException", "No message found with identifier " + id + ".");
    }

    public static ServiceException runnerExists(String name) {
        return task(409, "TaskAgentExistsException", "A runner exists with the same name " + name + ".");
    }

    public static ServiceException runnerNotFound(long id) {
        return task(404, "TaskAgentNotFoundException", "No runner found with identifier " + id + ".");
    }

    public static ServiceException jobStillRunning(String runner) {
        return task(
                400,
                "TaskAgentJobStillRunningException",
                "Runner " + runner + " is still running a job and cannot be removed.");
    }
}
