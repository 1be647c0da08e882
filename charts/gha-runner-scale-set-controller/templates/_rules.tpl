{{/*
RBAC rules shared by several roles. The controller caches the four kinds (list, watch) and writes them. Their owned objects (pods, service
accounts, roles, role bindings) are only cached with these rules; the permission to write them comes from one Role per runner scale set and
from the listener Role. Changes are patches. Single objects are read (get) when a creation conflicts or its response is lost. The permission
to update finalizers is required by the admission plugin OwnerReferencesPermissionEnforcement, which OpenShift enables: the owned objects
block the deletion of their owners.
*/}}

{{- define "gha-runner-scale-set-controller.rules.autoscalingrunnersets" -}}
- apiGroups: [actions.github.com]
  resources: [autoscalingrunnersets]
  verbs: [list, patch, watch]
- apiGroups: [actions.github.com]
  resources: [autoscalingrunnersets/finalizers]
  verbs: [update]
- apiGroups: [actions.github.com]
  resources: [autoscalingrunnersets/status]
  verbs: [patch]
{{- end -}}

{{- define "gha-runner-scale-set-controller.rules.autoscalinglisteners" -}}
- apiGroups: [actions.github.com]
  resources: [autoscalinglisteners]
  verbs: [create, delete, get, list, patch, watch]
- apiGroups: [actions.github.com]
  resources: [autoscalinglisteners/status]
  verbs: [patch]
- apiGroups: [actions.github.com]
  resources: [autoscalinglisteners/finalizers]
  verbs: [update]
{{- end -}}

{{- define "gha-runner-scale-set-controller.rules.ephemeralrunners" -}}
- apiGroups: [actions.github.com]
  resources: [ephemeralrunnersets]
  verbs: [create, delete, get, list, patch, watch]
- apiGroups: [actions.github.com]
  resources: [ephemeralrunnersets/status]
  verbs: [patch]
- apiGroups: [actions.github.com]
  resources: [ephemeralrunnersets/finalizers]
  verbs: [update]
- apiGroups: [actions.github.com]
  resources: [ephemeralrunners]
  verbs: [create, delete, get, list, patch, watch]
- apiGroups: [actions.github.com]
  resources: [ephemeralrunners/finalizers]
  verbs: [update]
- apiGroups: [actions.github.com]
  resources: [ephemeralrunners/status]
  verbs: [patch]
{{- end -}}

{{- define "gha-runner-scale-set-controller.rules.owned" -}}
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [list, watch]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
  verbs: [list, watch]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles]
  verbs: [list, watch]
{{- end -}}

{{/* Every state in which a user may have to wait is reported as an Event on the object. */}}
{{- define "gha-runner-scale-set-controller.rules.events" -}}
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* The roleRef of a binding, and its subject: the controller. Takes (list context kind name). */}}
{{- define "gha-runner-scale-set-controller.binding" -}}
{{- $root := index . 0 -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ index . 1 }}
  name: {{ index . 2 | quote }}
subjects:
  - kind: ServiceAccount
    name: {{ include "gha-runner-scale-set-controller.serviceAccountName" $root | quote }}
    namespace: {{ include "gha-runner-scale-set-controller.namespace" $root | quote }}
{{- end -}}
