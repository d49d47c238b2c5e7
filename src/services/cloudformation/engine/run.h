// StackRun: one step of one stack's job. Reads the rows, does all that can be done now, says when
// to come again.
//
// Every effect is preceded by a committed intent and followed by a committed result, so that a step
// that dies anywhere may run again. Phases: create, update -> cleanup, rollback, update-rollback ->
// rollback-cleanup, delete.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/server.h"
#include "services/cloudformation/engine/plan.h"
#include "services/cloudformation/engine/prepare.h"
#include "services/cloudformation/tables.h"
#include "services/cloudformation/types/type.h"

namespace drydock::cloudformation {

// The sessions of running operations, so that polls do not assume the role again. Lost at a
// restart, made anew.
class Sessions {
 public:
  std::optional<Client> find(const std::string& key, Timestamp now);
  void keep(const std::string& key, Client client, Timestamp now);
  void drop(const std::string& key);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::pair<Client, Timestamp>> clients_;
};

class StackRun {
 public:
  StackRun(Server& server, Sessions& sessions, Space space, std::string uuid);
  Next step();

 private:
  struct Lost {};  // the server was reset under us
  using Change = std::function<void(Call&, StackRow&)>;

  // ---- rows (run.cc)
  bool load();
  void write(const Change& change);  // one commit; keeps stack_ fresh
  void save(ResourceRow& row);       // with its event, by its status
  void save_quietly(const ResourceRow& row);
  void set_status(std::string status, std::string reason = {}, const Change& also = {});
  Result<void> open_client();
  Lookup lookup();
  Next pause(const std::vector<Timestamp>& begun) const;

  // ---- forward (forward.cc)
  Next forward();
  PlanItem::State state_of(const std::string& logical_id) const;
  void begin(const TemplateResource& resource);
  void remember(ResourceRow& row, bool fresh);
  void begin_create(ResourceRow row, const TemplateResource& resource, Value properties);
  void fail(ResourceRow& row, std::string reason);
  void forward_done();
  void forward_failed();
  void cancel_running();

  // ---- one resource (resource.cc)
  Work work_on(const ResourceRow& row);
  void keep_name(Work& work, ResourceRow& row);
  void run_call(ResourceRow& row);  // create or update, as row.Step says
  void poll(ResourceRow& row);
  void finish(ResourceRow& row);
  // True when it is gone or given up; false: ask again. `store` persists the row with its event.
  using Store = std::function<void(ResourceRow&)>;
  bool remove(ResourceRow& row, const Store& store);

  // ---- back and away (backward.cc)
  Next remove_all();        // rollback and delete
  Next remove_leftovers();  // clean-up
  Next roll_update_back();
  void begin_roll_back(ResourceRow& row);
  void removal_done(const std::vector<std::string>& failed);
  void end(std::string status, std::string reason = {});

  // ---- outputs and exports (outputs.cc)
  // Writes the outputs, exports and imports of the new template; a fault fails the operation.
  Result<void> settle_outputs(const Lookup& lookup);

  Server& server_;
  Sessions& sessions_;
  Space space_;
  std::string uuid_;
  StackRow stack_;
  std::map<std::string, ResourceRow> rows_;
  std::optional<Template> template_;  // what the operation aims at
  std::optional<Client> client_;
};

}  // namespace drydock::cloudformation
