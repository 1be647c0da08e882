package io.github.arc4j.cli.cluster;

import java.util.List;

/**
 * Which cluster to read, and which part of it.
 *
 * @param kubeconfig path of a kubeconfig file; empty for the default, or the service account in a pod
 * @param context context of the kubeconfig file; empty for the current one
 * @param namespaces namespaces of scale sets; empty for all
 * @param controllerNamespace namespace of the controller; empty to search for it
 */
public record Selection(String kubeconfig, String context, List<String> namespaces, String controllerNamespace) {}
