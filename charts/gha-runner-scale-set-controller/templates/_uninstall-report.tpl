{{/*
The uninstall report: a hook that Helm runs after everything else of the release has been deleted. Its Job reports on each remaining scale
set that no controller serves it any more.
*/}}

{{/* Metadata of one of the report's objects. Takes (list context namespace); an empty namespace renders none. */}}
{{- define "gha-runner-scale-set-controller.uninstallReport.metadata" -}}
{{- include "gha-runner-scale-set-controller.hook.metadata" (dict
      "root" (first .)
      "hook" "uninstall-report"
      "namespace" (last .)
      "events" "post-delete"
      "delete" "before-hook-creation,hook-succeeded,hook-failed") -}}
{{- end -}}

{{- define "gha-runner-scale-set-controller.uninstallReport.args" -}}
- --report-uninstalled
{{- include "gha-runner-scale-set-controller.hook.logArgs" . }}
{{- include "gha-runner-scale-set-controller.arg" (list "watch-namespace" .Values.flags.watchSingleNamespace) }}
{{- end -}}
